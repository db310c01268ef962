"""Pure. The cells of a row: what its columns say of a person's name, times, standing, attributes.

Each function looks at the columns once and returns the function that reads a row, or None where no
column says anything of it. Those are called a million times, so they look little up.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache

from newsletter.lists.columns import Columns
from newsletter.lists.presets import STANDINGS
from subscribers.formulas import read_cell

MOST_NAME_CHARS = 200
MOST_VALUE_CHARS = 500
MOST_ATTRIBUTES_CHARS = 4000
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffd\ud800-\udfff]+")
DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
NEAT = re.compile(r"[A-Za-z0-9](?: ?[!-~])*+")  # a name that stays as it is
ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?")  # nearly all times
YES = ("true", "yes", "1", "y")
NO = ("false", "no", "0", "n", "")  # Ghost and others leave the cell empty
ANSWERS = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
UNCONFIRMED, ACTIVE, LEFT = range(3)
BOUNCE = STANDINGS.index("bounce")

Cells = list[str]


class BadRow(ValueError):
    """Why a row is rejected."""


def time_reader(columns: Columns, target: str, latest: str) -> Callable[[Cells], str] | None:
    """Times as the database writes them, "" for none, and `latest` for one that is to come."""
    at = columns.find(target)
    if at is None:
        return None

    def read_time(cells: Cells) -> str:
        cell = cells[at]
        if not cell:
            return ""
        try:
            moment = datetime.fromisoformat(cell)
            # Cut out, not formatted, which is slower: nearly all times are of this form.
            time = f"{cell[:10]} {cell[11:19]}.000000" if ISO.fullmatch(cell) else written(moment)
        except (ValueError, OverflowError):
            time = _odd_time(cell, target)
        # Nobody joins in the future: such times come from clocks that are wrong, or from zones.
        return min(time, latest)

    return read_time


def written(at: datetime) -> str:
    """Return a time as the database writes it: UTC, without saying so; no zone is taken for UTC."""
    if at.tzinfo is not None and at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(" ", "microseconds")[:26]


# Cached: a file that has such times has each of them, mostly a day, many times.
@lru_cache(maxsize=4096)
def _odd_time(cell: str, target: str) -> str:
    """The same for what is no ISO 8601, like 12.5.2026; "" for blanks. Raises BadRow."""
    text = _without_dots(cell.strip().removesuffix(" UTC"))  # beehiiv writes it
    try:
        return written(datetime.fromisoformat(text)) if text else ""
    except (ValueError, OverflowError):
        raise BadRow(f"{target}: expects a date like 2026-05-12, got {cell[:40]!r}") from None


def _without_dots(text: str) -> str:
    """A time that begins with a day like 12.5.2026 as ISO 8601 has it; any other as it is."""
    dotted = DOTTED.fullmatch(text)
    if dotted is None:
        return text
    day, month, year, rest = dotted.groups()
    return f"{year}-{int(month):02}-{int(day):02}{rest}"


def name_reader(columns: Columns) -> Callable[[Cells], str] | None:
    """Names on one line, first and last name together where they have columns of their own."""
    found = map(columns.find, ("name", "first_name", "last_name"))
    places = [at for at in found if at is not None]
    if not places:
        return None
    first, *others = places

    def read_name(cells: Cells) -> str:
        name = cells[first]
        if others:
            name = " ".join([name, *(cells[at] for at in others)])
        # Nearly all names: what follows is much slower.
        if NEAT.fullmatch(name) and len(name) <= MOST_NAME_CHARS:
            return name
        return _tidy(name)[:MOST_NAME_CHARS]

    return read_name


def standing_reader(columns: Columns) -> Callable[[Cells], int] | None:
    """Standings (an index of STANDINGS): of all that columns say of somebody the last counts."""
    read_status = _status_reader(columns)
    readers = (
        _consent_reader(columns),
        _mark_reader(columns, "left_at", LEFT),
        _mark_reader(columns, "bounced_at", BOUNCE),
    )
    others = [reader for reader in readers if reader is not None]
    if not others:
        return read_status

    def read_standing(cells: Cells) -> int:
        standing = read_status(cells) if read_status else ACTIVE
        for read_other in others:
            standing = max(standing, read_other(cells))
        return standing

    return read_standing


def _status_reader(columns: Columns) -> Callable[[Cells], int] | None:
    at = columns.find("status")
    if at is None:
        return None
    standings = {word: STANDINGS.index(name) for word, name in columns.statuses.items()}
    standings[""] = ACTIVE  # they are on the list, and nothing is known against it

    def read_status(cells: Cells) -> int:
        word = cells[at].strip().casefold()
        try:
            return standings[word]
        except KeyError:
            raise BadRow(
                f"status: {word[:40]!r} is no status that we know. Is this column a status?"
            ) from None

    return read_status


def _consent_reader(columns: Columns) -> Callable[[Cells], int] | None:
    """Who wants no letters: by a column that says who does, by one that says who does not."""
    wanted = columns.find("gets_letters")
    unwanted = columns.find("gets_none")
    if wanted is None and unwanted is None:
        return None

    def read_consent(cells: Cells) -> int:
        # A no in the first column is enough, whatever the second has. If a slip there cost the
        # row, somebody who is known here and declined would go on to get letters.
        if wanted is not None and not _is_yes(cells[wanted]):
            return LEFT
        if unwanted is not None and _is_yes(cells[unwanted]):
            return LEFT
        return UNCONFIRMED

    return read_consent


def _mark_reader(
    columns: Columns,
    target: str,
    standing: int,
) -> Callable[[Cells], int] | None:
    """The standing of those for whom a column has anything at all."""
    at = columns.find(target)
    if at is None:
        return None
    return lambda cells: standing if cells[at].strip() else UNCONFIRMED


def _is_yes(cell: str) -> bool:
    word = cell.strip().casefold()
    try:
        return ANSWERS[word]
    except KeyError:
        raise BadRow(f"{word[:40]!r} is neither yes nor no.") from None


def attributes_reader(columns: Columns) -> Callable[[Cells], str] | None:
    """Attributes as a JSON object of texts: of a column with JSON, and of columns of their own."""
    whole = columns.find("attributes")
    places = [at for at, target in enumerate(columns.targets) if target == "attribute"]
    if whole is None and not places:
        return None

    def read_attributes(cells: Cells) -> str:
        found: dict[str, str] = {}
        if whole is not None and cells[whole].strip():
            found = _read_object(read_cell(cells[whole]))
        for at in places:
            if cells[at] and (value := _tidy(cells[at])[:MOST_VALUE_CHARS]):
                found[columns.names[at]] = value
        return _write_object(found) if found else "{}"

    return read_attributes


def _read_object(cell: str) -> dict[str, str]:
    """A JSON object, its values as text: attributes are compared as text."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadRow("attributes: this is no JSON object.")
    texts: dict[str, str] = {}
    for key, value in found.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if text not in ("", "null"):
            name = CONTROL.sub(" ", key)[:MOST_NAME_CHARS]
            texts[name] = CONTROL.sub(" ", text)[:MOST_VALUE_CHARS]
    return texts


def _write_object(texts: Mapping[str, str]) -> str:
    text = json.dumps(texts, ensure_ascii=False)
    if len(text) > MOST_ATTRIBUTES_CHARS:
        raise BadRow(
            f"attributes: {len(text)} letters in all, {MOST_ATTRIBUTES_CHARS} are the most."
        )
    return text


def _tidy(cell: str) -> str:
    return " ".join(CONTROL.sub(" ", read_cell(cell)).split())
