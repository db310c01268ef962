"""Imports in which people said no."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
