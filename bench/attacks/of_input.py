"""Attacks by odd input in paths, queries, forms and JSON, and by tokens of the API."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
