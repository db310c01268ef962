"""Pure. Voices: whose word an article is, what kind of source says it, and how much that proves.

In:      addresses of articles, and the first items that a source showed.
Out:     firms, genres of sources, and what each witness of a story counts.
Rules:   all feeds of a firm are one witness; what is guessed is shown, and an editor's word wins.
Failure: none: what cannot be known is "", and counts as a usual source that speaks for itself.
"""
