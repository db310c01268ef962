"""Folds: which articles tell one story. Pure.

In:      articles of a window, with what came before it.
Out:     groups of ids, one a story.
Rules:   a fold needs a name, a code or an amount that both bear; the order of articles is nothing.
Failure: none: what is in doubt stays two stories.
"""
