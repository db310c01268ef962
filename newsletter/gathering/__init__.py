"""Gathering: from the bytes of a feed to stored articles, each known once.

In:      the sources of a publication.
Out:     articles by canonical URL, and a report for each source.
Rules:   what comes from outside is fetched with limits, parsed defensively, and kept as plain text.
Failure: a broken source is recorded and reported, and delays nothing.
"""
