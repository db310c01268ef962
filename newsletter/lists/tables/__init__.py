"""Tables: a file of any program, as rows of cells.

In:      bytes: CSV, TSV, a plain list of addresses, a workbook of Excel.
Out:     the shape of the table, and its rows, each with the number of its line.
Rules:   a row that is broken costs itself only; a file may be larger than memory.
Failure: what is no table is refused, and says what to do.
"""
