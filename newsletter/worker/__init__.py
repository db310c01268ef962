"""The worker: it sends where one machine is outgrown, over PostgreSQL.

Any number of processes run on any number of hosts.

In:      jobs, each with the ids of rows: a slice of a delivery, the small letters, the sweep.
Out:     the same outcomes as the single sender's.
Rules:   a job claims by its rows; a slice is shorter than a shutdown's grace; each worker has
         its own journal, and settles those of the dead workers of its journal folder.
Failure: a job lost, repeated or run twice at once is harmless: the next sweep finds what is
         due, and claims decide who sends it.
"""
