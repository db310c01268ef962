"""What becomes of a delivery when something breaks down: each fault struck on real processes.

__main__       the command line and the table
scene          one fault's place: database, relays, processes, and what was seen
staging        publications, readers, and issues to be sent
words          what the command line, the desk and /health say
judging        the account: relays' logs against the rows
disks          small disks that are filled, freed, and taken away
program        our own program, with guards that can be broken on purpose
of_database, of_journal, of_relay, of_service    the faults
"""
