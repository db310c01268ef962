"""Pages about a reader's own person: the lost link, their data, another address.

What shows, moves or erases somebody needs their mailbox, since the links of letters are forwarded.
"""
