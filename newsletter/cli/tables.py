"""Pure. Rows as a table for a terminal: at most 100 columns, times in a zone, no marks of code."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from textwrap import wrap
from zoneinfo import ZoneInfo

WIDTH = 100
GAP = "  "
LEAST = 8  # a column is never narrower, unless its texts are

TableRow = dict[str, object]  # the cells of a row, by the heads of their columns


def lines(rows: Sequence[Mapping[str, object]], zone: ZoneInfo | None = None) -> Iterator[str]:
    """Return a head, then each row; long cells go on in the next lines where all do not fit."""
    # All rows of a table have the same columns.
    names = list(rows[0])
    cells = [[cell(row[name], zone) for name in names] for row in rows]
    widths = fit([max(map(len, column)) for column in zip(names, *cells, strict=True)])
    for line in (names, *cells):
        yield from _wrapped(line, widths)


def cell(value: object, zone: ZoneInfo | None = None) -> str:
    """Return a value as people write it: "" for none, "a, b" for lists, "a 1, b 2" for mappings."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M %Z}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {cell(item, zone)}" for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(cell(item, zone) for item in value)
    return "" if value is None else str(value)


def fit(widths: Sequence[int]) -> list[int]:
    """Return the widths, the widest ones made narrower until a line has at most 100 columns."""
    room = WIDTH - len(GAP) * (len(widths) - 1)
    # The widest give way first: numbers and times keep their width, titles are wrapped.
    most = max(widths)
    while most > LEAST and sum(min(width, most) for width in widths) > room:
        most -= 1
    return [min(width, most) for width in widths]


def _wrapped(texts: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    columns = [wrap(text, width) for text, width in zip(texts, widths, strict=True)]
    # The cells of a row have different numbers of lines.
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
        yield GAP.join(padded).rstrip()
