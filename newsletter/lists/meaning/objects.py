"""Pure. Objects in cells: what JSON says of a person, key by key.

`{"gdpr": {"mail": "no"}}` is like a column `gdpr.mail` with a `no` in it.
"""

import json
from collections.abc import Sequence

MOST_PAIRS = 200  # of one cell
MOST_DEPTH = 8
OPENING = ("{", "[")
DECODE = json.JSONDecoder().decode  # a million cells: `loads` looks at its arguments each time

Pairs = Sequence[tuple[str, str]]


def read_pairs(cell: str) -> Pairs:
    """Return the keys of an object with their values as cells; none for any other cell.

    A list has its key for each of its items, which is "" if the whole cell is a list.
    """
    if not cell.startswith(OPENING):
        return ()
    pairs: list[tuple[str, str]] = []
    _collect(pairs, "", _parsed(cell), 0)
    return pairs[:MOST_PAIRS]


def _parsed(text: str) -> object:
    try:
        return DECODE(text)
    except (ValueError, RecursionError):
        return None


def _collect(
    pairs: list[tuple[str, str]],
    key: str,
    found: object,
    depth: int,
) -> None:
    """Add what an object or a list has; nothing for what is none."""
    if isinstance(found, dict):
        for name, value in found.items():
            _add(pairs, f"{key}.{name}" if key else name, value, depth)
    elif isinstance(found, list):
        for value in found:
            _add(pairs, key, value, depth)


def _add(
    pairs: list[tuple[str, str]],
    key: str,
    value: object,
    depth: int,
) -> None:
    # Some programs write an object as a text, and that into another object.
    if isinstance(value, str) and value.startswith(OPENING):
        value = _parsed(value) or value
    if isinstance(value, dict | list) and value and depth < MOST_DEPTH:
        _collect(pairs, key, value, depth + 1)
    else:
        pairs.append((key, as_cell(value)))


def as_cell(value: object) -> str:
    """Return a value of an object as a cell of a table has it; "" for nothing."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    return "" if value in (None, {}, []) else json.dumps(value, ensure_ascii=False)
