"""Audiences: who an issue goes to, by filters that can be saved under a name."""
