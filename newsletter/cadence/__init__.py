"""Cadence: on which days a publication comes out, at what hour, in which zone.

In:      a line of text as people write it, and the instant to look from.
Out:     deadlines, aware in UTC; the same line in its usual form, and in words.
Rules:   a deadline is right over daylight saving; a cadence never depends on a week's number.
Failure: what cannot be read is refused, and the error says what to write.
"""
