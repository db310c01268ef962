"""Attacks by load: bodies, silent connections, storms of requests."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
