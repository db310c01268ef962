"""Webhooks: programs that a publication named hear of each change of a subscription.

In:      the changes that subscribers/ notes, each in the transaction that made it.
Out:     one call for each webhook that wants it: signed, dated, with an id by which a receiver
         knows a call that came twice.
Rules:   at least once; a call has the subscriber as of when it is sent, so nothing of an erased
         person goes out.
Failure: a call is tried again after growing waits; a receiver that answers nothing for two days is
         disabled, and editors get a notice.
"""
