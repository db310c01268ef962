"""Subscribers: who reads, what they agreed to, and who must not be written to.

In:      an address and a person's wish.
Out:     a subscription and the record of the consent; the audience of a publication.
Rules:   one address, one subscriber; a sign-up counts only once confirmed; an import never brings
         back a person who left.
Failure: a bad address is refused with the reason; the answer to a sign-up never shows whether an
         address was known.
"""
