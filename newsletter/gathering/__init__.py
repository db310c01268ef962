"""Gathering: from the bytes of a source to stored articles, each known once.

In:      the sources of a publication: feeds, sitemaps, pages without a feed.
Out:     articles by canonical URL, with what their own pages add, and a report for each source.
Rules:   what comes from outside is fetched with limits and manners, parsed defensively, and kept
         as plain text or sanitised.
Failure: a broken source is recorded and reported, asked less and less often, and delays nothing;
         editors hear of it once.
"""
