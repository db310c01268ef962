"""Host: what this host remembers of its database, and whether that database is still the same.

In:      the senders' journal folder, which outlives every database that is put back.
Out:     a Standing: new, known or disagreeing, with the reason in numbers; the sent log.
Rules:   a counter grows in the database first, then here; a letter is in the sent log before its
         dot leaves. Who disagrees fetches, approves and sends nothing until a person adopts.
Failure: a folder that cannot be written stops what was to leave; nothing leaves unnoted.
"""
