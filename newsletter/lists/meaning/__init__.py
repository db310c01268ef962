"""Meaning: what a table of people says, before a row of it is read.

In:      the heading, the cells, the name of a file, and what a person answered.
Out:     which program wrote it, what its words mean, how its dates are written; or questions.
Rules:   a "no" never becomes a "yes": a column that may speak of leaving, bouncing or consent is
         read as somebody said it is to be read, or stops the import.
Failure: what is not clear is asked with its values and their counts; nobody is stored meanwhile.
"""
