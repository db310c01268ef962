"""The command line: one file per group of commands. Entry points are shallow; the doors do the work."""
