"""Blocks: templates with their values, ours in this process and an operator's in a child.

In:      a template's name, its values, and the blocks of a theme that is not ours.
Out:     MJML, and HTML of it.
Rules:   a stranger's block is filled in a sandbox, by a child with limits of time and memory.
Failure: a broken block is refused with file, line and column; a letter with one is not printed.
"""
