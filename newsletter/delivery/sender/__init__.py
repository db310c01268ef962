"""The sender: slices of a delivery, lanes to the relays, a journal between claim and wire.

In:      the planned messages of deliveries that are sending.
Out:     an outcome for each claimed message.
Rules:   a claim is committed before its letter is made; the journal is synced before a letter's
         final dot leaves.
Failure: a dead sender's journal tells which claims are uncertain and which may be offered again
         (delivery/dead_senders.py).
"""
