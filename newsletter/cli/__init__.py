"""The command line: one file per group of commands. Entry points are shallow; rooms do the work."""
