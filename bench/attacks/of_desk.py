"""Attacks on the login of the desk, and on what an installation leaves lying open."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
