"""Pure. Asking: which columns of a file may say no, and are not understood.

A column is asked about if its heading or its cells speak of leaving, bouncing, complaining, being
blocked, or consent, and neither the program that wrote it nor a person said what its words mean.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsletter.lists.columns import TIMES, Columns
from newsletter.lists.meaning.answers import ANY, MEANINGS, Meanings, meaning_of, word_before
from newsletter.lists.meaning.dates import orders_of
from newsletter.lists.meaning.exports import meaning_of_file
from newsletter.lists.meaning.questions import (
    DATES,
    EVERYBODY,
    AskedWord,
    ColumnQuestion,
    Unclear,
    UnclearParts,
)
from newsletter.lists.meaning.survey import ColumnTally, Survey, new_survey
from newsletter.lists.meaning.vocabulary import PHRASES, fold
from newsletter.lists.meaning.words import (
    heading_meaning,
    is_free_text,
    is_membership,
    is_of_other_things,
    is_readable,
    kind_of,
    name_meaning,
    word_meaning,
)
from newsletter.lists.presets import REJECTED_HEADS

NAMES = ("name", "first_name", "last_name")
UNASKED_FLAGS = ("gets_letters", "gets_none", "left_at", "bounced_at")  # read strictly as they are
NO_STANDING = ("", "vague")
# Addresses of machines, numbers and links say nothing of a person's will.
NUMBERS = re.compile(r"[a-f.:/-]*+\d[\da-f.:/-]*+|https?:.*")
# But a short one may be a code: of a standing, or of a mail server (RFC 5321, RFC 3463).
CODES = re.compile(r"\d{1,4}|[245]\.\d{1,3}\.\d{1,3}")
REFUSALS = re.compile(r"5(?:\d\d|\.\d{1,3}\.\d{1,3})(?![^\s-])")
CONFIRMING = re.compile(r"confirm|verif|bestat|bevestig|potwierdz|double|\bdoi\b")
REJECTED_ENDING = ".rejected"  # of the name of a list of rows that were rejected
FEW_WORDS = 12
NAMELESS = re.compile(r"|column \d+")  # the latter is ours, for files without a header
MOST_SHOWN = 15  # words of one column; the others are answered together, by `*`


def begin_survey(columns: Columns, titles: Sequence[str] = ()) -> Survey:
    """Return the survey of a file with these columns, of which only titles are read yet."""
    watched = (place for place in range(len(columns.names)) if _is_watched(columns, place))
    named = [place for place, target in enumerate(columns.targets) if target in NAMES]
    return new_survey(watched, columns.times, titles, named)


def _is_watched(columns: Columns, place: int) -> bool:
    if place in columns.meanings:
        return True
    if fold(columns.names[place]) in REJECTED_HEADS:
        return False  # our own words
    if place in columns.settled and columns.targets[place] == "":
        heading = columns.names[place]
        return _is_denial(heading_meaning(heading)) or is_membership(heading)
    asked = ("status", "attribute", "attributes")
    is_known = place in columns.settled and columns.targets[place] not in (*asked, *NAMES)
    return not is_known and columns.targets[place] not in ("address", *UNASKED_FLAGS)


def _is_denial(spoken: str) -> bool:
    """True if a heading speaks of those who get no letters, or may do so."""
    return spoken not in (*NO_STANDING, "active")


def refuse_unclear(columns: Columns, survey: Survey) -> None:
    """Raise Unclear if something has to be said of a file before anybody of it is stored."""
    if survey.parts and not columns.answers.everybody:
        raise UnclearParts(f"{UnclearParts()} The line is: {survey.parts[0]}")
    questions = find_questions(columns, survey)
    if any(question.is_open for question in questions):
        raise Unclear(questions=questions)


def find_questions(columns: Columns, survey: Survey) -> Sequence[ColumnQuestion]:
    """Return what is to be asked of a file, and what a person has answered."""
    found = [*_of_whole(columns, survey)]
    for place, tally in survey.tallies.items():
        heading = columns.names[place]
        if _is_asked(columns, place, tally):
            words = tuple(_asked_words(columns, place, tally))
            found.append(ColumnQuestion(str(place), heading, words))
    return [*found, *_of_dates(columns, survey)]


def _of_whole(columns: Columns, survey: Survey) -> Iterator[ColumnQuestion]:
    """A file is called `bounces.csv`, or titled `# Unsubscribed`, and no row says so."""
    text, spoken = _spoken_of_whole(columns, survey)
    answered = columns.answers.everybody
    if answered or spoken:
        yield ColumnQuestion(EVERYBODY, text, (AskedWord(ANY, 0, answered, spoken),))


def _spoken_of_whole(columns: Columns, survey: Survey) -> tuple[str, str]:
    """What titles, the file's name, or that of its addresses may say of all its people."""
    name = columns.file_name
    heading = columns.names[columns.address]
    found = [(title, name_meaning(title)) for title in survey.titles]
    if not meaning_of_file(name):
        stem = name[: name.rfind(".")] if "." in name[-6:] else name
        # `x.rejected.csv` is ours: of its name the part before speaks.
        stem = stem.removesuffix(REJECTED_ENDING).removesuffix("rejected")
        found.append((name, name_meaning(stem)))
    found.append((heading, heading_meaning(heading)))
    for text, spoken in found:
        if _is_denial(spoken):
            return text, spoken if spoken in MEANINGS else "unsubscribed"
    return name or heading, ""


def everybody_of(columns: Columns, survey: Survey) -> str:
    """Return a word for what all people of a file are or may be; "" if nothing says it."""
    meaning = columns.everybody or _spoken_of_whole(columns, survey)[1]
    return {"active": "", "manual": "blocked"}.get(meaning, meaning)


def _is_asked(columns: Columns, place: int, tally: ColumnTally) -> bool:
    if place in columns.answers.columns or any(_asked_keys(tally)):
        return True
    if columns.targets[place] == "attributes":
        return False  # what is no object there is rejected
    if place in columns.meanings:
        return any(not asked.meaning for asked in _asked_words(columns, place, tally))
    target = columns.targets[place]
    spoken = heading_meaning(columns.names[place])
    if columns.targets[place] in NAMES:
        return any(map(_is_said_of_name, tally.words))
    if _is_gap(columns.names[place], tally):
        return True
    if target == "status":
        return not columns.preset and not _are_known(columns, tally)
    if target in TIMES:
        return _is_asked_of_times(columns, place, tally, spoken)
    if place in columns.settled:
        return _is_asked_of_settled(columns, tally, spoken)
    return _is_asked_of_words(tally, spoken, columns.names[place])


def _is_said_of_name(word: str) -> bool:
    """True for `Ada Low - UNSUBSCRIBED`, and not for somebody who is called Ban."""
    return word_meaning(word) != "" and fold(word) not in PHRASES


def _asked_keys(tally: ColumnTally) -> Iterator[tuple[str, ColumnTally]]:
    """The keys of objects that are asked about, as if each were a column."""
    for key, inner in tally.keys.items():
        spoken = heading_meaning(key)
        is_asked = _speaks_at_all(key, inner) and _is_asked_of_words(inner, spoken, key)
        if is_asked or _is_gap(key, inner):
            yield key, inner


def _speaks_at_all(key: str, tally: ColumnTally) -> bool:
    """True if a key or a value has a word that we know, or that we cannot read.

    Programs have dozens of keys: those of few words, like `seats`, are not asked about for that.
    """
    if heading_meaning(key) or not all(map(is_readable, (key, *tally.words))):
        return True
    return any(word_meaning(word) or kind_of(word) for word in tally.words)


def _is_gap(heading: str, tally: ColumnTally) -> bool:
    """True if some are in lists or groups, and others in none: they may have left them all."""
    return is_membership(heading) and bool(tally.empty and (tally.words or tally.others))


def _is_asked_of_settled(columns: Columns, tally: ColumnTally, spoken: str) -> bool:
    """A program that we know wrote the column: tags of its user, or why somebody left."""
    if any(map(word_meaning, tally.words)):
        return not _has_marks(columns)
    return _is_denial(spoken) and bool(tally.words) and not _has_standings(columns)


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
    if spoken in NO_STANDING:
        return False
    return kind_of(word) != "" or not any(map(str.isdigit, word))


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
    """True if a column of consent has words of few kinds, or codes, but long numbers and links."""
    return not tally.others and any(
        CODES.fullmatch(word) or not NUMBERS.fullmatch(word) for word in tally.words
    )


def _asked_words(columns: Columns, place: int, tally: ColumnTally) -> Iterator[AskedWord]:
    meanings = columns.meanings.get(place, {})
    statuses = columns.statuses if columns.targets[place] == "status" else {}
    if columns.targets[place] != "attributes" and (tally.words or tally.others or not tally.keys):
        if columns.targets[place] in NAMES:
            tally = tally.of_words(_is_said_of_name)
        yield from _words_under(columns.names[place], tally, meanings, statuses)
    for key, inner in _asked_keys(tally):
        own = _answers_for(key, meanings)
        for asked in _words_under(key, inner, own, {}):
            yield replace(asked, word=word_before(key) + asked.word)


def _answers_for(key: str, meanings: Meanings) -> Meanings:
    """The answers for the words of a key, without it; those for all others are for these, too."""
    before = word_before(key)
    own = {
        word.removeprefix(before): meaning
        for word, meaning in meanings.items()
        if word.startswith(before)
    }
    others = {ANY: meanings[ANY]} if ANY in meanings else {}
    return {**others, **own}


def _words_under(
    heading: str,
    tally: ColumnTally,
    meanings: Meanings,
    statuses: Meanings,
) -> Iterator[AskedWord]:
    """What is to be asked, and what was answered, of the words under a heading."""
    spoken = heading_meaning(heading)
    is_confirming = CONFIRMING.search(fold(heading)) is not None
    is_gap = _is_gap(heading, tally)
    if is_gap and not any(map(word_meaning, tally.words)):
        tally = tally.of_words(word_meaning)
    for word, count in _counted(tally):
        meaning = meanings.get(word, "") if word == ANY else _meaning(meanings, word)
        suggestion = statuses.get(word) or _suggest(spoken, word, is_confirming=is_confirming)
        if is_gap:
            suggestion = {"empty": "unsubscribed", ANY: "active"}.get(word, suggestion)
        yield AskedWord(word, count, meaning, suggestion)


def _meaning(meanings: Meanings, word: str) -> str:
    # `date` and `empty` are kinds, not cells: they have no kind of their own.
    if word in ("date", "empty"):
        return meanings.get(word) or meanings.get(ANY, "")
    return meaning_of(meanings, word)


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
    is_denial = _is_denial(spoken)
    if own:
        # `Werbewiderspruch: erteilt` is a no.
        return own if own in MEANINGS and not (is_denial and own == "active") else ""
    if REFUSALS.match(word):
        return "bounce"
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
