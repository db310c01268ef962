"""The team at the desk: who works here, each editor's own account, and the ways in by a letter."""
