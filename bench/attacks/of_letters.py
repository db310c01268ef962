"""Attacks by what outsiders write into letters, and by what programs do with their links."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
