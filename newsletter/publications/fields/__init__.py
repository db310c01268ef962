"""What an editor may change of a publication: one table, read by desk, terminal and tests.

In:      a text as it was typed, or a value.
Out:     the value as it is kept; labels, meanings and limits for whoever shows it.
Rules:   each column has one row (table.py), whose check is the only judge of its values.
Failure: a value that cannot be is refused with a sentence that says what can be.
"""
