"""Pure. Questions: what a person has to say of a file before anybody of it is stored.

A column is asked about if its heading or its cells speak of leaving, bouncing, complaining, being
blocked, or consent, and neither the program that wrote it nor a person said what its words mean.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsletter.errors import Refused
from newsletter.lists.columns import TIMES, Columns
from newsletter.lists.meaning.answers import ANY, MEANINGS, meaning_of
from newsletter.lists.meaning.dates import orders_of
from newsletter.lists.meaning.exports import meaning_of_file
from newsletter.lists.meaning.survey import ColumnTally, Survey, new_survey
from newsletter.lists.meaning.words import (
    fold,
    heading_meaning,
    is_free_text,
    is_of_other_things,
    is_readable,
    kind_of,
    word_meaning,
)
from newsletter.lists.presets import REJECTED_HEADS

UNASKED = ("address", "name", "first_name", "last_name", "attributes")
UNASKED_FLAGS = ("gets_letters", "gets_none", "left_at", "bounced_at")  # read strictly as they are
NO_STANDING = ("", "vague")
# Addresses of machines, numbers and links say nothing of a person's will.
NUMBERS = re.compile(r"[a-f.:/-]*+\d[\da-f.:/-]*+|https?:.*")
CONFIRMING = re.compile(r"confirm|verif|bestat|bevestig|potwierdz|double|\bdoi\b")
REJECTED_ENDING = ".rejected"  # of the name of a list of rows that were rejected
FEW_WORDS = 12
NAMELESS = re.compile(r"|column \d+")  # the latter is ours, for files without a header
MOST_SHOWN = 15  # words of one column; the others are answered together, by `*`
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


def begin_survey(columns: Columns) -> Survey:
    """Return the survey of a file with these columns, of which nothing is read yet."""
    watched = (place for place in range(len(columns.names)) if _is_watched(columns, place))
    return new_survey(watched, columns.times)


def _is_watched(columns: Columns, place: int) -> bool:
    if place in columns.meanings:
        return True
    if fold(columns.names[place]) in REJECTED_HEADS:
        return False  # our own words
    if place in columns.settled and columns.targets[place] == "":
        return heading_meaning(columns.names[place]) not in (*NO_STANDING, "active")
    is_known = place in columns.settled and columns.targets[place] not in ("status", "attribute")
    return not is_known and columns.targets[place] not in (*UNASKED, *UNASKED_FLAGS)


def refuse_unclear(columns: Columns, survey: Survey) -> None:
    """Raise Unclear if something has to be said of a file before anybody of it is stored."""
    if survey.parts and not columns.answers.everybody:
        raise UnclearParts(f"{UnclearParts()} The line is: {survey.parts[0]}")
    questions = find_questions(columns, survey)
    if any(question.is_open for question in questions):
        raise Unclear(questions=questions)


def find_questions(columns: Columns, survey: Survey) -> Sequence[ColumnQuestion]:
    """Return what is to be asked of a file, and what a person has answered."""
    found = [*_of_name(columns)]
    for place, tally in survey.tallies.items():
        heading = columns.names[place]
        if _is_asked(columns, place, tally):
            words = tuple(_asked_words(columns, place, tally))
            found.append(ColumnQuestion(str(place), heading, words))
    return [*found, *_of_dates(columns, survey)]


def _of_name(columns: Columns) -> Iterator[ColumnQuestion]:
    """A file is called `bounces.csv`, or its addresses `Unsubscribed`, and no row says so."""
    named = columns.file_name or columns.names[columns.address]
    spoken = _of_everybody(columns)
    answered = columns.answers.everybody
    if answered or spoken:
        yield ColumnQuestion(EVERYBODY, named, (AskedWord(ANY, 0, answered, spoken),))


def _of_everybody(columns: Columns) -> str:
    """What the name of a file, or of its addresses, may say of all people in it; or ""."""
    name = columns.file_name
    stem = name[: name.rfind(".")] if "." in name[-6:] else name
    texts = [columns.names[columns.address]]
    if not meaning_of_file(name):
        # `x.rejected.csv` is ours: of its name the part before speaks.
        texts.append(stem.removesuffix(REJECTED_ENDING).removesuffix("rejected"))
    spoken = (heading_meaning(text) for text in texts)
    found = next((meaning for meaning in spoken if meaning not in (*NO_STANDING, "active")), "")
    return found if found in MEANINGS or not found else "unsubscribed"


def everybody_of(columns: Columns) -> str:
    """Return a word for what all people of a file are or may be; "" if nothing says it."""
    meaning = columns.everybody or _of_everybody(columns)
    return {"active": "", "manual": "blocked"}.get(meaning, meaning)


def _is_asked(columns: Columns, place: int, tally: ColumnTally) -> bool:
    if place in columns.answers.columns:
        return True
    if place in columns.meanings:
        return any(not asked.meaning for asked in _asked_words(columns, place, tally))
    target = columns.targets[place]
    spoken = heading_meaning(columns.names[place])
    if target == "status":
        return not columns.preset and not _are_known(columns, tally)
    if target in TIMES:
        return _is_asked_of_times(columns, place, tally, spoken)
    if place in columns.settled:
        return _is_asked_of_settled(columns, tally, spoken)
    return _is_asked_of_words(tally, spoken, columns.names[place])


def _is_asked_of_settled(columns: Columns, tally: ColumnTally, spoken: str) -> bool:
    """A program that we know wrote the column: tags of its user, or why somebody left."""
    if any(map(word_meaning, tally.words)):
        return not _has_marks(columns)
    is_denial = spoken not in (*NO_STANDING, "active")
    return is_denial and bool(tally.words) and not _has_standings(columns)


def _has_marks(columns: Columns) -> bool:
    """True if all people of the file left, whatever its tags say."""
    return columns.everybody not in ("", "active")


def _are_known(columns: Columns, tally: ColumnTally) -> bool:
    return not tally.others and not tally.dates and set(tally.words) <= set(columns.statuses)


def _is_asked_of_times(columns: Columns, place: int, tally: ColumnTally, spoken: str) -> bool:
    is_consent = spoken == "active" or columns.targets[place] == "confirmed_at"
    if any(word_meaning(word) or _is_word(spoken, word) for word in tally.words):
        return True
    # Somebody without a date of consent, where others have one, may never have given it.
    is_gap = bool(tally.empty and tally.dates)
    return is_consent and is_gap and not _has_standings(columns)


def _is_word(spoken: str, word: str) -> bool:
    """True for a word, and no date that is spoilt, under a heading of consent: `never`, `1`."""
    is_spoilt = any(letter.isdigit() for letter in word)
    return spoken not in NO_STANDING and bool(kind_of(word) or not is_spoilt)


def _has_standings(columns: Columns) -> bool:
    """True if another column says who gets letters."""
    others = ("status", "gets_letters", "gets_none", "left_at")
    return bool(columns.meanings) or not set(others).isdisjoint(columns.targets)


def _is_asked_of_words(tally: ColumnTally, spoken: str, heading: str) -> bool:
    if any(map(word_meaning, tally.words)):
        return True
    kinds = {kind_of(word) for word in tally.words}
    if spoken in NO_STANDING:
        if spoken == "vague" and "no" in kinds:
            return True  # whatever else is there: `weekly`, `topic 7`
        return _may_say_no(tally, kinds, heading)
    if spoken != "active":
        return bool(tally.words or tally.dates or tally.others)
    return bool(kinds - {""} or tally.dates) or _has_prose(tally)


def _may_say_no(tally: ColumnTally, kinds: set[str], heading: str) -> bool:
    """True for a column of few words, or of dates, of which no heading tells what they are.

    We need not know its language: a no has to be one of few words, a yes and a no, a tick, a date.
    """
    if is_of_other_things(heading):
        # Tags and notes in letters that we cannot read may say anything.
        return is_free_text(heading) and not all(map(is_readable, tally.words))
    is_few = not tally.others and len(tally.words) <= FEW_WORDS
    if not NAMELESS.fullmatch(heading):
        return bool(tally.dates) or (is_few and bool(tally.words))
    # Nothing tells of a column without a name; names of people are in some, each once or twice.
    is_repeated = sum(tally.words.values()) > 2 * len(tally.words)
    return is_few and (is_repeated or not kinds.isdisjoint(("yes", "no")))


def _has_prose(tally: ColumnTally) -> bool:
    """True if a column of consent has words of few kinds, and they are not numbers or links."""
    return not tally.others and any(not NUMBERS.fullmatch(word) for word in tally.words)


def _asked_words(columns: Columns, place: int, tally: ColumnTally) -> Iterator[AskedWord]:
    spoken = heading_meaning(columns.names[place])
    is_confirming = CONFIRMING.search(fold(columns.names[place])) is not None
    meanings = columns.meanings.get(place, {})
    statuses = columns.statuses if columns.targets[place] == "status" else {}
    for word, count in _counted(tally):
        meaning = meanings.get(word, "") if word == ANY else _meaning(meanings, word)
        suggestion = statuses.get(word) or _suggest(spoken, word, is_confirming=is_confirming)
        yield AskedWord(word, count, meaning, suggestion)


def _meaning(meanings: Mapping[str, str], word: str) -> str:
    own = meanings.get(word) or meanings.get(ANY, "")
    # `date` and `empty` are kinds, not cells: they have no kind of their own.
    return meanings.get(word) or own if word in ("date", "empty") else meaning_of(meanings, word)


def _counted(tally: ColumnTally) -> Iterator[tuple[str, int]]:
    """The words of a column to ask about: those that speak first, then the most frequent."""
    ranked = sorted(
        tally.words.items(),
        key=lambda item: (word_meaning(item[0]) == "", -item[1]),
    )
    yield from ranked[:MOST_SHOWN]
    rest = tally.others + sum(count for _, count in ranked[MOST_SHOWN:])
    for word, count in (("date", tally.dates), ("empty", tally.empty), (ANY, rest)):
        if count:
            yield word, count


def _suggest(spoken: str, word: str, *, is_confirming: bool) -> str:
    """What a word may mean; "" where a person has to know."""
    own = word_meaning(word)
    is_denial = spoken not in (*NO_STANDING, "active")
    if own:
        # `Werbewiderspruch: erteilt` is a no.
        return own if own in MEANINGS and not (is_denial and own == "active") else ""
    kind = word if word in ("date", "empty") else kind_of(word)
    if spoken in ("active", "vague"):
        no = "unconfirmed" if is_confirming else "unsubscribed"
        return {"yes": "active", "date": "active", "no": no}.get(kind, "")
    if spoken not in MEANINGS:
        return ""
    return {"yes": spoken, "date": spoken, "no": "active", "empty": "active"}.get(kind, "")


def _of_dates(columns: Columns, survey: Survey) -> Iterator[ColumnQuestion]:
    """`5/6/2024`: is that in May or in June?"""
    answered = columns.answers.dates
    orders = orders_of(survey.dates, answered)
    for place, notes in survey.dates.items():
        is_mixed = bool(notes.day and notes.month)
        if notes.either and not is_mixed and (answered or not orders[place]):
            asked = AskedWord(ANY, notes.either, answered)
            yield ColumnQuestion(DATES, columns.names[place], (asked,))
            return  # one program wrote them all


def lost_dates(columns: Columns, survey: Survey) -> Sequence[str]:
    """Return a sentence for each column with dates that are lost, for a person."""
    sentences: list[str] = []
    for place, notes in survey.dates.items():
        lost = notes.lost + (notes.either if notes.day and notes.month else 0)
        if lost:
            shown = f" (like {', '.join(notes.examples)})" if notes.examples else ""
            sentences.append(
                f"{columns.names[place]}: {lost:,} dates cannot be read or believed{shown}. "
                "These rows come in without them."
            )
    return sentences


def advice(columns: Columns, questions: Sequence[ColumnQuestion]) -> Sequence[str]:
    """Return what a person at the terminal is to write, some lines for each open question."""
    return [
        line for question in questions if question.is_open for line in _advise(columns, question)
    ]


def _advise(columns: Columns, question: ColumnQuestion) -> Iterator[str]:
    if question.about == DATES:
        yield f"{question.heading}: {question.words[0].count:,} dates may be either way round."
        yield "  --dates day (31/12) or --dates month (12/31)"
        return
    if question.about == EVERYBODY:
        yield f"{question.heading}: the name may say that its people left. What are they?"
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
