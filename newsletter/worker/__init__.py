"""The worker: what sends where one machine is outgrown, any number of processes on any number of hosts over PostgreSQL.

Knows:   which job runs when, how it is tried again, and how one that its worker left behind is found.
Rules:   a job carries ids and claims by its rows; a slice of a delivery is shorter than a shutdown's grace; each worker has its
         own journal, and settles those of the dead workers of its own journal folder.
Failure: a job lost, repeated or run twice at once is harmless: the next sweep finds what is due, and claims decide who sends it.
"""
