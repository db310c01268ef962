"""Prose: where sentences end, what is no dek, and titles and blurbs as they are printed. Pure.

In:      the plain text of a stranger's title, dek or page.
Out:     whole sentences, or "" where there are none.
Rules:   nothing begins or ends in mid-sentence; where a sentence ends is decided in one place.
Failure: none: what is not understood is left out.
"""
