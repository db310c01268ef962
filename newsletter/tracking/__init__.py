"""Tracking: what happened to an issue's letters after they were accepted, as far as readers show.

In:      loads of the pixel and visits by counted links.
Out:     events, told apart into people and robots; figures of an issue; clicks, for ranking.
Rules:   a publication counts nothing, counts only (anonymous), or keeps events by reader
         (individual) for some days. A link leads to its edition's own addresses only. Figures of
         people say "at least": robots and privacy proxies load pictures too.
Failure: an answer waits while the buffer of events is full; what was answered is stored when the
         process is told to end.
"""
