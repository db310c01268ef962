"""Pure. Choosing: from the week's articles to the stories of an issue, each with its reasons.

In:      articles as plain values, the weights of a publication, stories of earlier issues.
Out:     groups of articles that tell one story, their scores term by term, and a line-up.
Rules:   the same values give the same choice, in any order; each point has a sentence.
Failure: none: what cannot be judged weighs nothing, and its verdict says so.
"""
