"""Pure. Phrases: patterns over the words of a text, looked up rather than searched for.

A phrase is written in lower case, its parts with spaces between them:

    sues             a word                    regulat*     a word that may go on
    #                a number                  <state>      a word or phrase of that class
    ..               up to six words between   case study$  ends a text or a part of it
    ^how to          opens a text or a part    ^^how to     opens a text

All words that any phrase knows are looked up once, each with the places where it stands. A phrase
is found by its first part and its last, and tried only on a text that has all of its parts. So
thousands of texts take no second, however many phrases there are.

A part of a phrase may stand at several places of a text. From one part to the next only the ends
of what was found so far are kept, so a text of many such words takes no longer than its length
times the gap.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from newsletter.choosing.cues import LONGEST, words_of

GAP = 6  # words that ".." may stand for
ANY = ".."
OWNED = "'s"
SHORTEST_STEM = 3  # letters before a star
# What parts a title: a label stands before it, or another sentence after it.
BREAK = re.compile(r"(?:[:;|—–?!]|\.\s| - |\s/\s)")
WRITTEN = re.compile(r"\^{0,2}(?:<[a-z_]+>|#|[^\W_][\w'.&+-]*\*?)\$?")

Member = tuple[tuple[str, ...], str]  # words that belong to a part of a phrase, and that part
NONE: frozenset[str] = frozenset()
Spans = Mapping[str, Sequence[tuple[int, int]]]  # part of a phrase → where it stands, [from, to)


class BadPhrase(ValueError):
    """A phrase that cannot be read. Its words say which, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Parts that follow each other; `gaps` has for each the words that may stand before it."""

    parts: tuple[str, ...]
    gaps: tuple[int, ...]
    opens: Literal["", "part", "text"] = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a text, and the places where a part of it begins and ends."""

    words: tuple[str, ...]
    begins: frozenset[int]
    ends: frozenset[int]


def parse_phrase(written: str) -> Phrase:
    """Read a phrase. Raises BadPhrase."""
    parts: list[str] = []
    gaps: list[int] = []
    gap = 0
    for part in written.split():
        if part == ANY:
            gap = GAP
            continue
        if not WRITTEN.fullmatch(part) or part != part.casefold():
            raise BadPhrase(f"“{written}”: “{part}” is no word, class or number in lower case")
        if part.rstrip("$").endswith("*") and len(part.strip("^$*")) < SHORTEST_STEM:
            raise BadPhrase(f"“{written}”: a star needs {SHORTEST_STEM} letters before it")
        for word in _words_of_part(part.lstrip("^").removesuffix("$")):
            parts.append(word)
            gaps.append(gap)
            gap = 0
    if not parts or gap or gaps[0]:
        raise BadPhrase(f"“{written}”: a phrase begins and ends with a word")
    return Phrase(
        tuple(parts),
        tuple(gaps),
        _opening(written.strip()),
        written.strip().endswith("$"),
    )


def _opening(written: str) -> Literal["", "part", "text"]:
    """Return where a phrase must begin: at the text, at a part of it, or anywhere."""
    if written.startswith("^^"):
        return "text"
    return "part" if written.startswith("^") else ""


def _words_of_part(part: str) -> Sequence[str]:
    """Return a part as words are read from texts: "u.s" is two."""
    is_sign = part.startswith("<") or part.endswith("*") or part == "#"
    return (part,) if is_sign else words_of(part)


class Begun(NamedTuple):
    """What a word is: parts of phrases by itself, and the beginning of longer members."""

    alone: tuple[str, ...]
    longer: tuple[Member, ...]


@lru_cache(maxsize=1 << 12)
def parse_text(text: str) -> Text:
    """Take a text apart; only its beginning is looked at."""
    words: list[str] = []
    begins = set()
    ends = set()
    for part in BREAK.split(text[:LONGEST]):
        found = words_of(part)
        if found:
            begins.add(len(words))
            words += found
            ends.add(len(words))
    return Text(tuple(words), frozenset(begins), frozenset(ends))


class PhraseBook:
    """Phrases by name, and the classes that they use."""

    def __init__(
        self,
        phrases: Mapping[str, Iterable[Phrase]],
        classes: Mapping[str, Iterable[str]],
    ) -> None:
        """`classes` has by name its words and phrases. Raises BadPhrase for one that is missing."""
        self._words: dict[str, dict[Member, None]] = {}
        # What one part shows wherever it stands, and the other phrases by their first part and
        # their last: few texts have both.
        self._alone: dict[str, set[str]] = {}
        self._by_ends: dict[str, dict[str, list[tuple[str, Phrase]]]] = {}
        for name, listed in classes.items():
            for written in listed:
                self._add_member(parse_phrase(written).parts, f"<{name}>")
        known = {f"<{name}>" for name in classes}
        for name, found in phrases.items():
            for phrase in found:
                self._add(
                    name,
                    phrase,
                    known,
                )
        # Nearly all words begin nothing, and come again and again.
        self._look_up = lru_cache(maxsize=1 << 15)(self._begun_by)

    def found_in(
        self,
        text: Text,
    ) -> set[str]:
        """Return the names of the phrases that a text has."""
        spans = self._spans(text.words)
        names: set[str] = set()
        for first in spans:
            names |= self._alone.get(first, NONE)
            by_last = self._by_ends.get(first)
            if by_last is None:
                continue
            for last in by_last.keys() & spans.keys():
                for name, phrase in by_last[last]:
                    if name not in names and _stands(phrase, spans, text):
                        names.add(name)
        return names

    def _add(
        self,
        name: str,
        phrase: Phrase,
        known: set[str],
    ) -> None:
        """Add a phrase, and its words to those that are looked up."""
        for part in phrase.parts:
            if part.startswith("<") and part not in known:
                raise BadPhrase(f"{name}: there is no class {part}")
            if not part.startswith("<"):
                self._add_member((part,), part)
        first, last = phrase.parts[0], phrase.parts[-1]
        if len(phrase.parts) == 1 and not phrase.opens and not phrase.closes:
            self._alone.setdefault(first, set()).add(name)
        else:
            self._by_ends.setdefault(first, {}).setdefault(last, []).append((name, phrase))

    def _add_member(
        self,
        words: tuple[str, ...],
        part: str,
    ) -> None:
        """Let these words be found as that part of phrases."""
        # A table keeps the order, and each member once.
        self._words.setdefault(_key(words[0]), {})[words, part] = None

    def _spans(
        self,
        words: Sequence[str],
    ) -> dict[str, list[tuple[int, int]]]:
        """Return where each part stands that any phrase knows."""
        spans: dict[str, list[tuple[int, int]]] = {}
        for at, begun in enumerate(map(self._look_up, words)):
            if begun is None:
                continue
            for part in begun.alone:
                spans.setdefault(part, []).append((at, at + 1))
            for member, part in begun.longer:
                if _is_at(member, words, at):
                    spans.setdefault(part, []).append((at, at + len(member)))
        return spans

    def _begun_by(
        self,
        word: str,
    ) -> Begun | None:
        """Return what a word begins, None if it is nothing."""
        members = [*self._members_with(word)]
        if word.endswith(OWNED):  # “Germany's army” has Germany
            members += self._members_with(word.removesuffix(OWNED))
        if not members:
            return None
        alone = [part for words, part in members if len(words) == 1]
        return Begun(
            tuple(dict.fromkeys(alone)),
            tuple(member for member in members if len(member[0]) > 1),
        )

    def _members_with(
        self,
        word: str,
    ) -> list[Member]:
        """Return the members whose first word fits."""
        candidates = (
            *self._words.get(word, ()),
            *self._words.get(_key(word[:SHORTEST_STEM] + "*"), ()),
        )
        return [member for member in candidates if fits(member[0][0], word)]


def _stands(
    phrase: Phrase,
    spans: Spans,
    text: Text,
) -> bool:
    """True if the parts of a phrase follow each other in a text that has its first."""
    if not all(map(spans.__contains__, phrase.parts)):
        return False
    ends = [end for start, end in spans[phrase.parts[0]] if _may_begin(phrase, start, text)]
    for part, gap in zip(phrase.parts[1:], phrase.gaps[1:], strict=True):
        ends = _ends_after(ends, spans[part], gap)
    return any(end in text.ends for end in ends) if phrase.closes else bool(ends)


def _may_begin(
    phrase: Phrase,
    start: int,
    text: Text,
) -> bool:
    """True if a phrase may begin with the word at `start`."""
    if phrase.opens == "text":
        return start == 0
    return not phrase.opens or start in text.begins


def _ends_after(
    ends: Sequence[int],
    spans: Iterable[tuple[int, int]],
    gap: int,
) -> list[int]:
    """Return where a part ends that begins at most `gap` words after one of `ends`."""
    return [stop for start, stop in spans if any(start - gap <= end <= start for end in ends)]


def _key(word: str) -> str:
    """Return by which a word is found; of a starred one its first letters with the star."""
    return word[:SHORTEST_STEM] + "*" if word.endswith("*") else word


def _is_at(
    member: Sequence[str],
    words: Sequence[str],
    at: int,
) -> bool:
    """True if the words of a member stand at `at`."""
    end = at + len(member)
    return end <= len(words) and all(map(fits, member, words[at:end]))


def fits(
    written: str,
    word: str,
) -> bool:
    """True if a word is the one written, or begins like it where that has a star."""
    return word.startswith(written[:-1]) if written.endswith("*") else word == written
