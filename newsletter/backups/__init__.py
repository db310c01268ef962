"""Backups: a database that is not the one its host remembers, and what a person does about it.

In:      a database that was put back, moved or copied; what its host remembers.
Out:     an Adoption: what became of the letters that the host knows, and what waits for a person.
Rules:   a letter that left is never planned again; what may have left is uncertain; nothing that
         was due before the adoption goes out by rule.
Failure: one transaction: an adoption that fails has changed nothing, and is asked for again.
"""
