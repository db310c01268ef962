"""Joining: sign-up by double opt-in, a consent given elsewhere, and asking a doubtful list."""
