"""Titles of our own writing, as laboratories, vendors and press would print them, with labels."""
