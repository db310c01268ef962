"""Pure. Cells that a spreadsheet would run as a formula get an apostrophe, and lose it when read.

Source: OWASP, CSV Injection: a cell is run if it begins with = + - @, a tabulator or a line end.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Both functions are called for each cell of a million rows: the common case stays inlined.


def write_cell(cell: str) -> str:
    """Return the cell as it goes into a file."""
    # A formula that has an apostrophe already gets another one, so that `read_cell` takes away
    # the one that we wrote.
    if cell.startswith(STARTS) or (cell[:1] == "'" and cell.lstrip("'").startswith(STARTS)):
        return f"'{cell}"
    return cell


def read_cell(cell: str) -> str:
    """Return the cell that was written: the inverse of `write_cell`."""
    if cell[:1] == "'" and cell.lstrip("'").startswith(STARTS):
        return cell[1:]
    return cell
