"""Editions: print an issue once, and freeze it.

In:      an issue and its blocks.
Out:     an Edition: HTML and text with markers for what differs by reader, links, and a checksum.
Rules:   the compiler runs once per edition, never per reader; an edition never changes.
Failure: a broken template names file and line; what a mail client would clip is refused.
"""
