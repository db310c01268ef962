"""Leaving: unsubscribing, its undo, and counts of who left."""
