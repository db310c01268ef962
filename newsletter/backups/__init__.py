"""Backups: one file of everything; and a database that is not the one its host remembers.

In:      a database in use; one that was put back, moved or copied, and what its host remembers.
Out:     a backup with checksums; an Adoption: what became of the letters that the host knows, and
         what waits for a person.
Rules:   a letter that left is never planned again; what may have left is uncertain; nothing that
         was due before the adoption goes out by rule.
Failure: one transaction: an adoption that fails has changed nothing, and is asked for again.
"""
