"""Tool sources: places that tools are gathered from, and the tools that they show.

In:      lists (CSV, JSON), feeds, and sitemaps of tools' own pages; lists that editors import.
Out:     tools that wait for an editor's yes or come in by the source's rule, and an account of
         each row: new, same, changed, double or refused, with the reason.
Rules:   a tool is known by its address and its name; one that was refused does not come back; what
         an editor or a maker wrote is never changed by a source, only pointed out.
Failure: a broken source is recorded, asked less and less often, and delays nothing.
"""
