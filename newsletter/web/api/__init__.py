"""The API: JSON for programs that work on a publication's subscribers (docs/api.md).

In:      requests with a token, scoped to one publication.
Out:     subscribers as JSON; an error as a problem (RFC 9457).
Rules:   what was asked twice is done once; who left comes back by a confirm letter only.
Failure: a problem says what is wrong, where, and what to do.
"""
