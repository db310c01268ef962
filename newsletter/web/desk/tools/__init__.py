"""Tools at the desk: one tool, what makers sent in, what was gathered, and the sources of that."""
