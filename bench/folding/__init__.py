"""Folding, fitted and measured: `python -m bench.folding`."""
