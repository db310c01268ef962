"""Items of a document: which are articles of their own, whose dates count, and what was corrected.

In:      the items of one document, and the articles that are stored.
Out:     the address by which each item is kept, its date, and the words that changed.
Rules:   no article comes in twice; nothing that an editor wrote or approved changes.
Failure: what cannot be told apart stays one article.
"""
