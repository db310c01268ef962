"""Webhooks: each change of a subscription, told to the programs that a publication named.

In:      the changes that subscribers/ notes, each in the transaction that made it.
Out:     one call for each webhook that wants it: signed, dated, with an id by which a receiver knows one that came twice.
Rules:   at least once; what is told is the subscriber as they stand when it is sent, so nothing of who was erased goes out.
Failure: a call is tried again after growing waits; a receiver that answers nothing for two days is disabled, and editors are told.
"""
