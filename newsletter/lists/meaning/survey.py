"""Pure. A survey of a table: which words each of its columns has, and how often.

It goes along with the reading of a million rows, so it looks at many cells at once, and keeps no
more words of a column than a person can be asked about.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from newsletter.lists.meaning.dates import DateNotes
from newsletter.lists.meaning.objects import OPENING, read_pairs
from newsletter.lists.meaning.vocabulary import MOST_CHARS, NO, PARTS, PHRASES
from newsletter.lists.meaning.words import (
    DIGITS_OF_DATE,
    MOST_WORD_CHARS,
    heading_meaning,
    kind_of,
    name_meaning,
    speaking_words,
    word_meaning,
    word_of,
)

MOST_WORDS = 200  # of a column; one with more holds names, numbers or prose
MOST_KEYS = 100  # of objects; the others are looked at if they speak
MOST_SPEAKING = 400  # of these and of those that speak of leaving
GROUP_ROWS = 1000
MOST_PARTS = 3
HEARD = frozenset(PHRASES.keys() | NO)
YEAR = re.compile(r"\d{4}|\d{1,2}[/.]\d{1,2}[/.]\d\d")
SHORTEST_DATE = 8

Cells = list[str]


@dataclass(slots=True)
class ColumnTally:
    """The cells of one column: its words with their counts, and how many cells are no word."""

    words: dict[str, int] = field(default_factory=dict)
    dates: int = 0
    empty: int = 0
    others: int = 0
    keys: dict[str, "ColumnTally"] = field(default_factory=dict)  # of objects in its cells

    def add(self, cells: Sequence[str]) -> None:
        """Count some cells of a column of words."""
        if any(cell.startswith(OPENING) for cell in cells):
            cells = self._take_objects(cells)
        self._count(cells)

    def add_names(self, cells: Sequence[str]) -> None:
        """Count some names: they are looked at if one of them has a word within it that speaks."""
        text = "\n".join(cells).casefold()
        if any(part in text for part in PARTS):
            self.add(cells)
        else:
            self.others += len(cells)

    def _take_objects(self, cells: Sequence[str]) -> Sequence[str]:
        """Count what objects have under each key; return the other cells, and items of lists."""
        plain: list[str] = []
        found: dict[str, list[str]] = {}
        for cell in cells:
            pairs = read_pairs(cell)
            for key, text in pairs:
                found.setdefault(key, []).append(text)
            if not pairs:
                plain.append(cell)
        plain += found.pop("", [])
        for key, texts in found.items():
            if tally := self._of_key(key, texts):
                tally._count(texts)
        return plain

    def _of_key(
        self,
        key: str,
        cells: Sequence[str],
    ) -> "ColumnTally | None":
        """The tally of a key; None if there are too many, and this one says nothing."""
        known = len(self.keys)
        if key in self.keys or known < MOST_KEYS:
            return self.keys.setdefault(key, ColumnTally())
        is_heard = heading_meaning(key) != "" or _speaks(cells)
        return self.keys.setdefault(key, ColumnTally()) if is_heard and known < MOST_WORDS else None

    def _count(self, cells: Sequence[str]) -> None:
        if len(self.words) >= MOST_WORDS and not _speaks(cells):
            # Names and numbers: nobody is asked what they mean.
            empty = cells.count("")
            self.empty += empty
            self.others += len(cells) - empty
            return
        for cell, count in Counter(cells).items():
            if cell[:1].isdigit() and DIGITS_OF_DATE.match(cell):
                self.dates += count
            else:
                self._note(cell, count)

    def add_times(self, cells: Sequence[str]) -> None:
        """Count some cells of a column of dates."""
        odd = [cell for cell in cells if len(cell) < SHORTEST_DATE or not "1" <= cell[0] <= "9"]
        self.dates += len(cells) - len(odd)
        for cell, count in Counter(odd).items():
            if YEAR.search(cell[:MOST_CHARS]) and kind_of(cell) != "empty":
                self.dates += count
            else:
                self._note(cell, count)

    def _note(
        self,
        cell: str,
        count: int,
    ) -> None:
        kind = kind_of(cell)
        if kind == "empty":
            self.empty += count
        elif kind == "date":
            self.dates += count
        else:
            self._note_word(word_of(cell), count)

    def _note_word(
        self,
        word: str,
        count: int,
    ) -> None:
        known = len(self.words)
        has_room = known < MOST_WORDS or (known < MOST_SPEAKING and _is_heard(word))
        if word in self.words or has_room:
            self.words[word] = self.words.get(word, 0) + count
        else:
            self.others += count

    def of_words(self, speaks: Callable[[str], object]) -> "ColumnTally":
        """Return the same cells, of which words that do not speak are all alike."""
        kept = {word: count for word, count in self.words.items() if speaks(word)}
        rest = sum(self.words.values()) - sum(kept.values())
        return ColumnTally(kept, self.dates, self.empty, self.others + rest)

    def merge(self, other: "ColumnTally") -> None:
        """Count what another saw of the same column."""
        self.dates += other.dates
        self.empty += other.empty
        self.others += other.others
        for word, count in other.words.items():
            self._note_word(word, count)
        for key, tally in other.keys.items():
            if own := self._of_key(key, tuple(tally.words)):
                own.merge(tally)


def _is_heard(word: str) -> bool:
    return word in NO or word_meaning(word) != ""


def _speaks(cells: Sequence[str]) -> bool:
    """True if one of many cells may speak of leaving."""
    # As one text: a million names are looked at, some hundred at a time.
    text = "\n".join(set(cells)).casefold()
    return not HEARD.isdisjoint(map(str.strip, text.split("\n"))) or bool(speaking_words(text))


@dataclass(slots=True)
class Survey:
    """What the columns of a table hold, by their place: words of some, dates of others.

    `titles` are the lines above its header. `parts` are lines that may begin a part of people who
    left.
    """

    tallies: dict[int, ColumnTally]
    dates: dict[int, DateNotes]
    parts: list[str] = field(default_factory=list)
    titles: Sequence[str] = ()
    named: Sequence[int] = ()  # the columns of names
    _rows: list[Cells] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)

    def note(self, cells: Cells) -> None:
        """Look at one row, some time."""
        self._rows.append(cells)
        if len(self._rows) >= GROUP_ROWS:
            self.look()

    def note_line(self, line: str) -> None:
        """Look at a line between people that is no address: `Unsubscribed members:`."""
        # The name of a part, or a broken address: `old@`.
        judge = heading_meaning if "@" in line else name_meaning
        spoken = judge(line) if len(line) <= MOST_WORD_CHARS else ""
        if spoken not in ("", "vague", "active"):
            self.note_part(line)

    def note_part(self, line: str) -> None:
        """Note a line behind which people may be who left."""
        if len(self.parts) < MOST_PARTS:
            self.parts.append(line.strip())

    def note_name(self, name: str) -> None:
        """Look, some time, at what is beside an address: `ada@x.example (unsubscribed)`."""
        self._names.append(name)
        if len(self._names) >= GROUP_ROWS:
            self._look_at_names()

    def _look_at_names(self) -> None:
        names = set(self._names)
        self._names.clear()
        if names and _speaks(tuple(names)):
            for name in filter(word_meaning, sorted(names)):
                self.note_line(name)

    def look(self) -> None:
        """Look at the rows that were noted."""
        self._look_at_names()
        for place, tally in self.tallies.items():
            cells = [row[place] for row in self._rows]
            if place in self.dates:
                tally.add_times(cells)
            elif place in self.named:
                tally.add_names(cells)
            else:
                tally.add(cells)
        self._rows.clear()

    def merge(self, other: "Survey") -> None:
        """Add what another reader of the same table saw."""
        for place, tally in other.tallies.items():
            self.tallies[place].merge(tally)
        for place, notes in other.dates.items():
            self.dates[place].add(notes)
        self.parts = (self.parts + other.parts)[:MOST_PARTS]

    def written(self) -> dict[str, Any]:
        """Return it as JSON has it; `read_survey` reads it."""
        tallies = {str(place): asdict(tally) for place, tally in self.tallies.items()}
        dates = {str(place): asdict(notes) for place, notes in self.dates.items()}
        return {"tallies": tallies, "dates": dates, "parts": self.parts}


def new_survey(
    watched: Iterable[int],
    dated: Iterable[int],
    titles: Sequence[str] = (),
    named: Sequence[int] = (),
) -> Survey:
    """Return the survey of a table of which only titles are seen, of these columns."""
    dates = {place: DateNotes() for place in dated}
    return Survey({place: ColumnTally() for place in watched}, dates, titles=titles, named=named)


def read_survey(values: Mapping[str, Any]) -> Survey:
    """Return a survey that another process wrote."""
    tallies = {int(place): _read_tally(tally) for place, tally in values["tallies"].items()}
    dates = {int(place): DateNotes(**notes) for place, notes in values["dates"].items()}
    return Survey(tallies, dates, values["parts"])


def _read_tally(values: Mapping[str, Any]) -> ColumnTally:
    tally = ColumnTally(**values)
    tally.keys = {key: _read_tally(inner) for key, inner in values["keys"].items()}
    return tally
