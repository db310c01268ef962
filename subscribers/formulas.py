"""Pure. Cells that a spreadsheet would run as a formula: written with an apostrophe before them, read without it.

Source: OWASP, CSV Injection: a cell is run if it begins with = + - @, a tabulator or a line end.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_cell(cell: str) -> str:
    """Return the cell as it is written."""
    return (
        f"'{cell}"
        if cell.startswith(STARTS) or (cell[:1] == "'" and cell.lstrip("'").startswith(STARTS))
        else cell
    )


def read_cell(cell: str) -> str:
    """Return the cell that was written: the inverse of `neutral`."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'").startswith(STARTS) else cell
