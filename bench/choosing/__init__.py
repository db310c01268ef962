"""Choosing, judged: `python -m bench.choosing`."""
