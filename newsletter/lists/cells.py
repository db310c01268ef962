"""Pure. The cells of a row: what its columns say of a person's name, times, standing, attributes.

Each function looks at the columns once and returns the function that reads a row, or None where no
column says anything of it. Those are called a million times, so they look little up.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from newsletter.lists.columns import Columns
from newsletter.lists.meaning.answers import Meanings, standing_of
from newsletter.lists.meaning.dates import DateNotes, time_cell_reader
from newsletter.lists.meaning.objects import as_cell
from newsletter.lists.meaning.words import kind_of
from newsletter.lists.presets import STANDINGS
from subscribers.formulas import read_cell

LONGEST_CELL = 20_000  # characters of a cell that are looked at; what is kept is far shorter
MOST_NAME_CHARS = 200
MOST_VALUE_CHARS = 500
MOST_ATTRIBUTES_CHARS = 4000
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffd\ud800-\udfff]+")
NEAT = re.compile(r"[A-Za-z0-9](?: ?[!-~])*+")  # a name that stays as it is
UNCONFIRMED, ACTIVE, LEFT = range(3)
# In one row the strictest counts: who has not confirmed gets no letters, whatever else is said.
STRICTNESS = ("active", "unconfirmed", *STANDINGS[LEFT:])
STANDING_OF = tuple(map(STANDINGS.index, STRICTNESS))
ENCODE = json.JSONEncoder(ensure_ascii=False).encode  # `dumps` makes an encoder for each row
MOST_KNOWN = 10_000  # cells of a column whose meaning is remembered

StrictnessReader = Callable[[list[str]], int]  # an index of STRICTNESS
Cells = list[str]


class BadRow(ValueError):
    """Why a row is rejected."""


def time_reader(
    columns: Columns,
    target: str,
    latest: str,
    orders: Mapping[int, str],
    notes: Mapping[int, DateNotes],
) -> Callable[[Cells], str] | None:
    """Times as the database writes them, "" for none; nobody joins after `latest`.

    `orders` has the order of day and month for each column of times, `notes` what they show.
    """
    at = columns.find(target)
    if at is None:
        return None
    return time_cell_reader(at, latest, orders.get(at, ""), notes[at])


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
        return tidy_name(name)

    return read_name


def tidy_name(name: str) -> str:
    """Return a name on one line, cut."""
    return _tidy(name)[:MOST_NAME_CHARS]


def standing_reader(columns: Columns) -> Callable[[Cells], int] | None:
    """Standings (an index of STANDINGS): of all that columns say of somebody the strictest counts.

    The file itself may say it, too: who is in a list of bounces has bounced.
    """
    readers = [*_meaning_readers(columns), *_plain_readers(columns)]
    least = _strictness(columns.everybody) if columns.everybody else 0
    if not readers:
        standing = STANDING_OF[least]
        return (lambda _: standing) if least else None
    if len(readers) == 1 and not least:
        read_only = readers[0]
        return lambda cells: STANDING_OF[read_only(cells)]

    def read_standing(cells: Cells) -> int:
        strictness = least
        for read in readers:
            strictness = max(strictness, read(cells))
        return STANDING_OF[strictness]

    return read_standing


def _strictness(standing: str) -> int:
    return STRICTNESS.index(standing)


def _plain_readers(columns: Columns) -> Iterator[StrictnessReader]:
    """Readers of the columns whose place says what they mean."""
    readers = (
        _status_reader(columns),
        _consent_reader(columns),
        _mark_reader(columns, "left_at", "unsubscribed"),
        _mark_reader(columns, "bounced_at", "bounce"),
    )
    return (reader for reader in readers if reader is not None)


def _meaning_readers(columns: Columns) -> Iterator[StrictnessReader]:
    """Readers of the columns whose words somebody gave a meaning."""
    for place, meanings in columns.meanings.items():
        yield _meaning_reader(place, columns.names[place], meanings)


def _meaning_reader(place: int, heading: str, meanings: Meanings) -> StrictnessReader:
    known: dict[str, int] = {}

    def read_meaning(cells: Cells) -> int:
        cell = cells[place]
        if cell in known:
            return known[cell]
        found = standing_of(meanings, cell)
        if not all(found):
            raise BadRow(f"{heading}: nobody said what {cell.strip()[:40]!r} means.")
        strictness = max(map(_strictness, found), default=0)
        if len(known) < MOST_KNOWN:
            known[cell] = strictness
        return strictness

    return read_meaning


def _find_plain(columns: Columns, target: str) -> int | None:
    """The column of a target, unless its words have a meaning of their own."""
    at = columns.find(target)
    return None if at in columns.meanings else at


def _status_reader(columns: Columns) -> StrictnessReader | None:
    at = _find_plain(columns, "status")
    if at is None:
        return None
    standings = {word: _strictness(name) for word, name in columns.statuses.items()}
    standings[""] = 0  # they are on the list, and nothing is known against it

    def read_status(cells: Cells) -> int:
        word = cells[at].strip().casefold()
        try:
            return standings[word]
        except KeyError:
            raise BadRow(
                f"status: {word[:40]!r} is no status that we know. Is this column a status?"
            ) from None

    return read_status


def _consent_reader(columns: Columns) -> StrictnessReader | None:
    """Who wants no letters: by a column that says who does, by one that says who does not."""
    wanted = _find_plain(columns, "gets_letters")
    unwanted = _find_plain(columns, "gets_none")
    if wanted is None and unwanted is None:
        return None

    def read_consent(cells: Cells) -> int:
        # A no in the first column is enough, whatever the second has. If a slip there cost the
        # row, somebody who is known here and declined would go on to get letters.
        if wanted is not None and not _is_yes(cells[wanted]):
            return LEFT
        if unwanted is not None and _is_yes(cells[unwanted]):
            return LEFT
        return 0

    return read_consent


def _mark_reader(columns: Columns, target: str, standing: str) -> StrictnessReader | None:
    """The standing of those for whom a column has anything at all, save a no or a zero date."""
    at = _find_plain(columns, target)
    if at is None:
        return None
    strictness = _strictness(standing)

    def read_mark(cells: Cells) -> int:
        cell = cells[at]
        return strictness if cell and kind_of(cell) not in ("empty", "no") else 0

    return read_mark


def _is_yes(cell: str) -> bool:
    kind = kind_of(cell)
    if kind in ("yes", "no", "empty"):  # Ghost and others leave the cell empty for a no
        return kind == "yes"
    raise BadRow(f"{cell.strip().casefold()[:40]!r} is neither yes nor no.")


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
        if text := as_cell(value):
            # Cut first: one cell may be as large as the file. One run of controls is one space.
            name = CONTROL.sub(" ", key[:LONGEST_CELL])[:MOST_NAME_CHARS]
            texts[name] = CONTROL.sub(" ", text[:LONGEST_CELL])[:MOST_VALUE_CHARS]
    return texts


def _write_object(texts: Mapping[str, str]) -> str:
    text = ENCODE(texts)
    if len(text) > MOST_ATTRIBUTES_CHARS:
        raise BadRow(
            f"attributes: {len(text)} letters in all, {MOST_ATTRIBUTES_CHARS} are the most."
        )
    return text


def _tidy(cell: str) -> str:
    return " ".join(CONTROL.sub(" ", read_cell(cell[:LONGEST_CELL])).split())
