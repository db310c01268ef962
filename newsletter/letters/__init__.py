"""Small letters: confirm, welcome, goodbye, proof and notice; a durable row each.

In:      a person's own act, or something that editors must know.
Out:     one accepted letter.
Rules:   written in the transaction of the act that caused it; never waits behind a delivery; its
         words are in templates/email/letters.
Failure: deferred is tried again; what a dead sender had claimed is planned again, since a second
         confirm letter harms nobody and a lost one loses a subscriber.
"""
