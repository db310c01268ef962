"""Attacks by other spellings of an address."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
