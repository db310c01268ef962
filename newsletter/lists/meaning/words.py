"""Pure. Judging words of lists: which headings and cells speak of leaving, bouncing or consent.

The words themselves are in languages.py.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise, zip_longest

from newsletter.lists.meaning.vocabulary import (
    CONSENT,
    CONSENT_PARTS,
    CONSENT_PHRASES,
    FREE,
    GROUPS,
    MEMBERSHIP_FILLERS,
    MEMBERSHIPS,
    MOST_CHARS,
    NEGATIONS,
    NO,
    NOTHING,
    OTHERS,
    PARTS,
    PHRASES,
    STEMS,
    VAGUE,
    YES,
    fold,
    fold_whole,
)

LAST_LATIN = "\u0250"  # the first letter behind the Latin blocks
MOST_WORD_CHARS = 60  # a longer cell is prose
MOST_PROSE_WORDS = 300  # that are looked at
# Not `5.1.1`, which is the code of a mail server (RFC 3463).
DIGITS_OF_DATE = re.compile(
    r"(?:\d{4}[-/.]\s?\d{1,2}[-/.]\s?\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?(?:\d{4}|\d\d))"
    r"(?!\d*\.?\d)|\d{8}T|\d{4}[年년]"
)
ZERO_DATES = re.compile(r"0000-00-00([T ]00:00:00.*)?|00/00/0000|0001-01-01([T ]00:00:00.*)?")
STARTS = frozenset(stem[:3] for stem in STEMS)
ALL_PARTS = tuple(PARTS)
LATIN_PARTS = tuple(filter(str.isascii, PARTS))


def word_of(cell: str) -> str:
    """Return a cell as a word that is counted, shown and answered: one line, in lower case, cut.

    Of prose that speaks of leaving, this is where it does.
    """
    line = plain_word(cell)
    if len(line) > MOST_WORD_CHARS:
        words = line.split()
        line = " ".join(words[_first_speaking(words[:MOST_PROSE_WORDS]) :])
    return line[:MOST_WORD_CHARS].rstrip()


def plain_word(cell: str) -> str:
    """Return a cell as a word, however long it is."""
    # A form would not send a control character back as it was.
    kept = "".join(c for c in cell.casefold() if c.isprintable() or c.isspace())
    return " ".join(kept.split())


def _first_speaking(words: Sequence[str]) -> int:
    """Where prose begins to speak of leaving; 0 if it does not."""
    folded = [fold(word) for word in words]
    for n, (word, following) in enumerate(zip_longest(folded, folded[1:], fillvalue="")):
        if _by_stem(word) or _stem_meaning(word + following):
            return n
    return 0


def heading_meaning(heading: str) -> str:
    """Return what a heading says of those for whom it is true; "" if it speaks of no such thing.

    "active" is consent, as far as anybody can tell; "vague" leaves it to the cells; "unclear" is a
    no that is turned round.
    """
    words = fold(heading)
    return _denial(words) or _consent(words)


def _denial(words: str) -> str:
    """The meaning of words that speak of a no: `Opted out`, `Gesperrt am`, `not active`."""
    split = words.split()
    is_turned = not NEGATIONS.isdisjoint(split)
    padded = f" {words} "
    phrases = (PHRASES[phrase] for phrase in PHRASES if f" {phrase} " in padded)
    meaning = next((found for found in phrases if found != "active"), "") or _by_stem(words)
    if not is_turned:
        return meaning
    if words in PHRASES or _begins_turned(words):
        return meaning or "unsubscribed"
    if meaning:
        return "unclear"  # `not unsubscribed`: a person has to say what it means
    # `Kein Newsletter`, `Ne pas contacter`: a vague word that is turned round is a no, too.
    return "unsubscribed" if _consent(words) else ""


def _begins_turned(words: str) -> bool:
    """True for a no that is said with a negation of its own: `do not mail`, `no consent`."""
    padded = f" {words} "
    own = (phrase for phrase in PHRASES if not NEGATIONS.isdisjoint(phrase.split()))
    return any(f" {phrase} " in padded for phrase in own)


def _consent(words: str) -> str:
    padded = f" {words} "
    has_part = any(part in words for part in CONSENT_PARTS)
    has_phrase = any(f" {phrase} " in padded for phrase in CONSENT_PHRASES)
    if has_part or has_phrase or _begins_any(words, CONSENT):
        return "active"
    return "vague" if _begins_any(words, VAGUE) else ""


def _begins_any(words: str, stems: Iterable[str]) -> bool:
    return words.startswith(tuple(stems)) or any(f" {stem}" in words for stem in stems)


def _by_stem(words: str) -> str:
    """What a stem at the beginning of one of these words, or of two together, says; "" for none."""
    split = words.split()
    together = (left + right for left, right in pairwise(split))
    for word in (*split, *together):
        # Stems have three letters at least, and most words begin like none of them.
        if word[:3] in STARTS and (meaning := _stem_meaning(word)):
            return meaning
    return next((PARTS[part] for part in _parts_for(words) if part in words), "")


def _parts_for(folded: str) -> Sequence[str]:
    """The parts that a text can have: most texts are in letters that most parts are not."""
    return LATIN_PARTS if folded.isascii() else ALL_PARTS


def _stem_meaning(word: str) -> str:
    return next((meaning for stem, meaning in STEMS.items() if word.startswith(stem)), "")


def is_of_other_things(heading: str) -> bool:
    """True for a heading that is plainly of another thing than letters: `City`, `Phone 2`."""
    return not (OTHERS | FREE).isdisjoint(fold(heading).split())


def is_free_text(heading: str) -> bool:
    """True for a heading of notes, tags or groups."""
    return not FREE.isdisjoint(fold(heading).split())


def is_membership(heading: str) -> bool:
    """True for a heading of the lists or groups that somebody is in: `Lists`, `Subscribed to`."""
    words = set(fold(heading).split())
    return not MEMBERSHIPS.isdisjoint(words) and words <= MEMBERSHIPS | MEMBERSHIP_FILLERS


def name_meaning(name: str) -> str:
    """What the name of a file, a sheet or a part says of its people: `Old`, too, is a no there."""
    padded = f" {fold(name)} "
    groups = (meaning for group, meaning in GROUPS.items() if f" {group} " in padded)
    spoken = heading_meaning(name)
    return next(groups, spoken) if spoken in ("", "vague", "active") else spoken


def is_readable(word: str) -> bool:
    """True for a word in letters that our vocabulary has: those of Latin."""
    return all(c.isascii() or not c.isalpha() or c < LAST_LATIN for c in word)


def word_meaning(cell: str) -> str:
    """Return what a cell says of a person, whatever its heading; "" if it says nothing of that."""
    if len(cell) > MOST_WORD_CHARS:
        return ""
    words = fold(cell)
    return PHRASES.get(words) or _spoken(words)


def _spoken(words: str) -> str:
    """What a cell of several words says; one word alone may be anybody's: `Left`, `Block`."""
    if " " not in words:
        return _by_stem(words)
    stem = _by_stem(words)
    if NEGATIONS.isdisjoint(words.split()):
        longer = (phrase for phrase in PHRASES if " " in phrase and f" {phrase} " in f" {words} ")
        return stem or next(map(PHRASES.__getitem__, longer), "")
    return _denial(words)


def kind_of(cell: str) -> str:
    """Return `empty`, `date`, `yes` or `no` for a cell that is one; "" for any other."""
    bare = cell.strip().casefold()
    if bare in NOTHING or ZERO_DATES.fullmatch(bare):
        return "empty"
    if DIGITS_OF_DATE.match(bare):
        return "date"
    if len(bare) > MOST_CHARS:
        return ""  # prose, whatever it begins with
    if bare in YES or fold(bare) in YES:
        return "yes"
    return "no" if bare in NO or fold(bare) in NO else ""


def speaking_words(text: str) -> set[str]:
    """Return the words of a long text that begin with a stem: a quick look at many cells."""
    lower = text.casefold()
    folded = lower if lower.isascii() else fold_whole(lower)
    if parts := {part for part in _parts_for(folded) if part in folded}:
        return parts
    words = folded.replace(",", " ").replace(";", " ")
    return {word for word in set(words.split()) if word[:3] in STARTS and _stem_meaning(word)}
