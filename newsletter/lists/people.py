"""Pure. One row of a file: what it says of one person, or why it is rejected."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from newsletter.lists.columns import Columns
from newsletter.lists.presets import STANDINGS
from subscribers.addresses import BadAddress, normalise
from subscribers.formulas import read_cell

MOST_NAME, MOST_VALUE, MOST_ATTRIBUTES = 200, 500, 4000
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffd\ud800-\udfff]+")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
NEAT = re.compile(r"[A-Za-z0-9](?: ?[!-~])*+")  # a name that stays as it is
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?")  # nearly all times
YES, NO = ("true", "yes", "1", "y"), ("false", "no", "0", "n", "")
UNCONFIRMED, ACTIVE, LEFT = range(3)
BOUNCE = STANDINGS.index("bounce")

# One person, as a line of text: address, standing (an index of STANDINGS), name, joined_at, confirmed_at, left_at, attributes (JSON),
# with tabulators between them; times in UTC as the database writes them, and nothing for none. Lines sort by address, since no
# address has a character before the tabulator, and then by standing.
PersonLine = str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that does not come in."""

    line: int
    value: str
    reason: str


class BadRow(ValueError):
    """Why a row is rejected."""


def row_reader(
    columns: Columns, now: datetime
) -> Callable[[int, list[str], str], PersonLine | Rejection | None]:
    """Return the function that reads one row: line, cells and what the reader of the file found wrong. Nothing: a row of blanks."""
    width, at, staged = len(columns.names), columns.address, _person(columns, now)

    def take(line: int, cells: list[str], wrong: str) -> PersonLine | Rejection | None:
        try:
            if wrong:
                raise BadRow(wrong)
            if len(cells) != width:
                cells = _fitted(cells, width)
            return staged(cells, _address(cells[at]))
        except (BadRow, BadAddress) as error:
            if not any(map(str.strip, cells)):
                return None
            value = cells[at] if at < len(cells) and not wrong else "".join(cells[:1])
            return Rejection(line, CONTROL.sub(" ", value)[:MOST_NAME], str(error))

    return take


def written(at: datetime) -> str:
    """Return a time as the database writes it: UTC, without saying so. One without a zone is taken for UTC."""
    if at.tzinfo is None or at.tzinfo is UTC:
        return at.isoformat(" ", "microseconds")[:26]
    return at.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _address(cell: str) -> str:
    address = normalise(read_cell(cell) if cell.startswith("'") else cell)
    if "\ufffd" in address:
        raise BadRow("The address has a letter that could not be read. Save the file as UTF-8.")
    return address


def _fitted(cells: list[str], width: int) -> list[str]:
    if len(cells) < width:
        return cells + [""] * (width - len(cells))
    if any(map(str.strip, cells[width:])):
        raise BadRow(
            f"The row has {len(cells)} cells, the header {width}. A cell with a delimiter in it needs quotation marks."
        )
    return cells[:width]


def _person(columns: Columns, now: datetime) -> Callable[[list[str], str], PersonLine]:
    """Return the function that makes a line of a row's cells and its address. It runs a million times: so little is looked up."""
    today = written(now)
    standing_of, name_of, attributes_of = _standing(columns), _name(columns), _attributes(columns)
    joined_in, confirmed_in, left_in = map(columns.find, ("joined_at", "confirmed_at", "left_at"))

    def staged(cells: list[str], address: str) -> PersonLine:
        joined = confirmed = left = ""
        if joined_in is not None and (cell := cells[joined_in]):
            joined = min(_time(cell, "joined_at"), today)
        if confirmed_in is not None and (cell := cells[confirmed_in]):
            confirmed = min(_time(cell, "confirmed_at"), today)
        if left_in is not None and (cell := cells[left_in]):
            left = min(_time(cell, "left_at"), today)
        standing = standing_of(cells) if standing_of else ACTIVE
        joined = joined or confirmed or today
        confirmed = "" if standing == UNCONFIRMED else confirmed or joined
        attributes = attributes_of(cells) if attributes_of else "{}"
        return f"{address}\t{standing}\t{name_of(cells)}\t{joined}\t{confirmed}\t{left}\t{attributes}\n"

    return staged


def _standing(columns: Columns) -> Callable[[list[str]], int] | None:
    status, statuses = columns.find("status"), columns.statuses
    yes, no, left, bounced = map(
        columns.find, ("gets_letters", "gets_none", "left_at", "bounced_at")
    )
    if status is yes is no is left is bounced is None:
        return None

    def standing(cells: list[str]) -> int:
        found = ACTIVE
        if status is not None and (word := cells[status].strip().casefold()):
            if word not in statuses:
                raise BadRow(
                    f"status: {word[:40]!r} is no status that we know. Is this column a status?"
                )
            found = STANDINGS.index(statuses[word])
        if (yes is not None and not _is_yes(cells[yes])) or (no is not None and _is_yes(cells[no])):
            found = max(found, LEFT)
        if left is not None and cells[left].strip():
            found = max(found, LEFT)
        return BOUNCE if bounced is not None and cells[bounced].strip() else found

    return standing


def _name(columns: Columns) -> Callable[[list[str]], str]:
    places = [at for at in map(columns.find, ("name", "first_name", "last_name")) if at is not None]
    if not places:
        return lambda _: ""
    first, *others = places

    def name(cells: list[str]) -> str:
        found = cells[first]
        if others:
            found = " ".join([found, *(cells[n] for n in others)])
        if NEAT.fullmatch(found) and len(found) <= MOST_NAME:
            return found
        return " ".join(CONTROL.sub(" ", read_cell(found)).split())[:MOST_NAME]

    return name


def _attributes(columns: Columns) -> Callable[[list[str]], str] | None:
    whole = columns.find("attributes")
    places = [
        (n, columns.names[n]) for n, target in enumerate(columns.targets) if target == "attribute"
    ]
    if whole is None and not places:
        return None

    def attributes(cells: list[str]) -> str:
        found = (
            _object(read_cell(cells[whole])) if whole is not None and cells[whole].strip() else {}
        )
        for n, name in places:
            if cells[n] and (
                value := " ".join(CONTROL.sub(" ", read_cell(cells[n])).split())[:MOST_VALUE]
            ):
                found[name] = value
        text = json.dumps(found, ensure_ascii=False) if found else "{}"
        if len(text) > MOST_ATTRIBUTES:
            raise BadRow(f"attributes: {len(text)} letters in all, {MOST_ATTRIBUTES} are the most.")
        return text

    return attributes


def _object(cell: str) -> dict[str, str]:
    """A JSON object, its values as text: attributes are compared as text."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadRow("attributes: this is no JSON object.")
    texts = {
        key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for key, value in found.items()
    }
    return {
        CONTROL.sub(" ", key)[:MOST_NAME]: CONTROL.sub(" ", text)[:MOST_VALUE]
        for key, text in texts.items()
        if text not in ("", "null")
    }


def _is_yes(cell: str) -> bool:
    word = cell.strip().casefold()
    if word not in YES and word not in NO:
        raise BadRow(f"{word[:40]!r} is neither yes nor no.")
    return word in YES


def _time(cell: str, column: str) -> str:
    try:
        at = datetime.fromisoformat(cell)
        return f"{cell[:10]} {cell[11:19]}.000000" if ISO.fullmatch(cell) else written(at)
    except (ValueError, OverflowError):
        return _odd_time(cell, column)


@lru_cache(maxsize=4096)
def _odd_time(cell: str, column: str) -> str:
    """The same for what is no ISO 8601; nothing for blanks."""
    text = cell.strip().removesuffix(" UTC")
    if dotted := DOTTED.fullmatch(text):
        day, month, year, rest = dotted.groups()
        text = f"{year}-{int(month):02}-{int(day):02}{rest}"
    try:
        return written(datetime.fromisoformat(text)) if text else ""
    except (ValueError, OverflowError):
        raise BadRow(f"{column}: expects a date like 2026-05-12, got {cell[:40]!r}") from None
