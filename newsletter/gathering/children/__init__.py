"""Children: processes that read what strangers wrote, so that none of it can hold up the service.

In:      the bytes of one document, and the address from which they came.
Out:     the values that newsletter/formats reads from them, or the error that it raises.
Rules:   a child has a limit of time for each document, and one of memory; only JSON comes back.
Failure: a document that is too much costs its own child, which is killed and replaced.
"""
