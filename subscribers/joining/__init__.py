"""Joining: sign-up by double opt-in, and its relatives."""
