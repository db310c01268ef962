"""Delivery: send one approved edition once to each recipient of a frozen audience.

In:      an approved Edition; the audience, evaluated once, when the send is planned.
Out:     one Message per recipient, ending accepted, refused, expired, uncertain or cancelled;
         a ledger that adds up.
Rules:   nobody joins after planning; who leaves is cancelled; nothing is offered while the
         delivery is paused.
Failure: deferred is tried again (mail/retries.py); refused ends the message; uncertain waits for
         a person (RFC 1047).
"""
