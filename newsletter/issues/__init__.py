"""Issues: choose the week's news and let an editor change it.

In:      the articles and tools gathered since the last sent issue.
Out:     an Issue with its blocks in order, then an approval that names what was printed.
Rules:   one issue per period; what an earlier issue linked is never proposed again; each score
         explains itself.
Failure: a thin week shrinks the issue or skips it, by the publication's rule, and says so.
"""
