"""Pure. Questions: what a person has to say of a file before anybody of it is stored.

Which columns are asked about is decided in asking.py.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsletter.errors import Refused
from newsletter.lists.columns import Columns
from newsletter.lists.meaning.survey import Survey
from newsletter.lists.presets import SHEET_HEAD

EVERYBODY = "everybody"
DATES = "dates"


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a column, how often it is there, and what it means, or may mean.

    `word` is in lower case; or a kind of cells (answers.py), or `*` for all others. `meaning` is ""
    as long as nobody said it.
    """

    word: str
    count: int
    meaning: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """What the words of one column mean. `about` is its place, or EVERYBODY, or DATES.

    A question that is answered is shown all the same: the answer may be changed.
    """

    about: str
    heading: str
    words: tuple[AskedWord, ...]

    @property
    def is_open(self) -> bool:
        """True if a word has no meaning yet."""
        return not all(asked.meaning for asked in self.words)


def read_question(values: Mapping[str, Any]) -> ColumnQuestion:
    """Return a question that was written as JSON (`asdict`)."""
    words = tuple(AskedWord(**asked) for asked in values["words"])
    return ColumnQuestion(values["about"], values["heading"], words)


class Unclear(Refused):
    """This file may say that people left, bounced or did not agree.
    Say what its words mean; nobody is stored before."""

    def __init__(
        self,
        message: str | None = None,
        questions: Sequence[ColumnQuestion] = (),
    ) -> None:
        super().__init__(message)
        self.questions = questions


class UnclearParts(Unclear):
    """A part of this list may be of people who left, bounced or did not agree.
    Send each part as a file of its own; nobody is stored before."""


def notes_of(columns: Columns, survey: Survey) -> Sequence[str]:
    """Return what is to be said of a file whose rows come in: its sheets, and what is lost."""
    return [*_of_sheets(columns, survey), *lost_dates(columns, survey)]


def _of_sheets(columns: Columns, survey: Survey) -> Iterator[str]:
    """How many rows are what the sheets of a workbook are called."""
    if SHEET_HEAD not in columns.names:
        return
    for word, count in survey.tallies[columns.names.index(SHEET_HEAD)].words.items():
        rows = "row is" if count == 1 else "rows are"
        yield f"{count:,} {rows} of a sheet of the workbook whose people are: {word}."


def lost_dates(columns: Columns, survey: Survey) -> Sequence[str]:
    """Return a sentence for each column with dates that are lost, for a person."""
    sentences: list[str] = []
    for place, notes in survey.dates.items():
        lost = notes.lost + (notes.either if notes.day and notes.month else 0)
        shown = f" (like {', '.join(notes.examples)})" if notes.examples else ""
        cost = "Its row comes in without it." if lost == 1 else "Their rows come in without them."
        if lost:
            sentences.append(
                f"{columns.names[place]}: {_dates(lost)} cannot be read or believed{shown}. {cost}"
            )
    return sentences


def _dates(count: int) -> str:
    return f"{count:,} date{'' if count == 1 else 's'}"


def advice(columns: Columns, questions: Sequence[ColumnQuestion]) -> Sequence[str]:
    """Return what a person at the terminal is to write, some lines for each open question."""
    return [
        line for question in questions if question.is_open for line in _advise(columns, question)
    ]


def _advise(columns: Columns, question: ColumnQuestion) -> Iterator[str]:
    if question.about == DATES:
        yield f"{question.heading}: {_dates(question.words[0].count)} may be either way round."
        yield "  --dates day (31/12) or --dates month (12/31)"
        return
    if question.about == EVERYBODY:
        yield f"{question.heading}: this may say that its people left. What are they?"
        yield f"  --everybody {question.words[0].suggestion}"
        return
    counts = ", ".join(f"{asked.word} {asked.count:,}" for asked in question.words)
    yield f"{question.heading}: {counts}"
    pairs = (f"{asked.word}:{asked.meaning or asked.suggestion or '?'}" for asked in question.words)
    column = question.heading
    if not column or columns.names.count(column) > 1:
        column = f"#{int(question.about) + 1}"
    # Quoted: a word of the file must not be a command of the shell.
    answer = f"{column}={','.join(pairs)}"
    yield f"  --status {shlex.quote(answer)}"
