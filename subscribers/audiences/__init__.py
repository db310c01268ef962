"""Audiences: which subscribers an issue goes to, by filters that are saved and evaluated."""
