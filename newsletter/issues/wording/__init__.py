"""Wording: what is written about an issue: subjects, preheaders, the sentence before the lead.

In:      the titles of its stories; a command of the operator's, if there is one.
Out:     three subjects and three preheaders to pick from, and an intro.
Rules:   words are made of what is in the issue; what an editor wrote is never replaced.
Failure: without a summariser's answer the issue keeps the words made of its titles, and says why.
"""
