"""Attacks by links: forwarded letters, old secrets, ids that are given again."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
