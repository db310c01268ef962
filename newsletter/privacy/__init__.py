"""Privacy: what is held of a person in every room, copied and forgotten.

In:      a person's own wish, by a link that only their mailbox has; or the time after which the
         publication forgets.
Out:     a copy of all that is held of them; or nothing of it any more, save a keyed hash that keeps
         them out.
Rules:   accounts of deliveries add up before and after: a message stays, without its person.
Failure: a room that forgets nothing is a defect; twice is harmless; forgetting one person is one
         transaction.
"""
