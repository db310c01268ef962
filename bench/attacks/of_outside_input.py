"""Attacks by documents that are made to be slow: feeds, sitemaps, listings, pages."""

from bench.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = ()
