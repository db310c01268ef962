"""Pure. Phrases: patterns over the words of a text, looked up rather than searched for.

A phrase is written in lower case, its parts with spaces between them:

    sues             a word                    regulat*     a word that may go on
    #                a number                  <state>      a word or phrase of that class
    ..               up to six words between   case study$  ends a text or a part of it
    ^how to          opens a text or a part    ^^how to     opens a text

A text is cut at its spaces. What stands between two spaces comes again and again, so it is read
once: its words, and the parts of phrases that they are. A phrase is found by its first part and its
last, and tried only on a text that has all of its parts. So thousands of texts take no second,
however many phrases there are.

A part of a phrase may stand at several places of a text. From one part to the next only the ends
of what was found so far are kept, so a text of many such words takes no longer than its length
times the gap.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Literal, NamedTuple

from newsletter.choosing.cues import LONGEST, words_of

GAP = 6  # words that ".." may stand for
ANY = ".."
# “Germany's army” has Germany, and « l'État » has the state.
OWNED = "'s"
ELIDED = frozenset({"l", "d", "qu", "s", "n", "c", "j", "m", "t"})
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


def is_plain(phrase: Phrase) -> bool:
    """True for words that follow each other, and nothing else: a class has only such."""
    is_bound = phrase.opens or phrase.closes or any(phrase.gaps)
    return not is_bound and not any(part.startswith("<") for part in phrase.parts)


def _opening(written: str) -> Literal["", "part", "text"]:
    """Return where a phrase must begin: at the text, at a part of it, or anywhere."""
    if written.startswith("^^"):
        return "text"
    return "part" if written.startswith("^") else ""


def _words_of_part(part: str) -> Sequence[str]:
    """Return a part as words are read from texts: "u.s" is two."""
    is_sign = part.startswith("<") or part.endswith("*") or part == "#"
    return (part,) if is_sign else words_of(part)


class Stretch(NamedTuple):
    """What stands between two spaces: its words, the places among them where a part of the text
    ends, the parts of phrases that they are, each with its place, and the longer members that they
    may begin."""

    words: tuple[str, ...]
    breaks: tuple[int, ...]
    parts: tuple[tuple[str, int], ...]
    longer: tuple[tuple[Member, int], ...]


class PartsFound(NamedTuple):
    """Where each part of phrases stands in a text, and where a part of the text begins or ends."""

    spans: Spans
    breaks: Set[int]


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
        self._known = lru_cache(maxsize=1 << 15)(self._read)

    def found_in(self, text: str) -> set[str]:
        """Return the names of the phrases that a text has; only its beginning is looked at."""
        found = self._look_up(text[:LONGEST])
        names: set[str] = set()
        for first in found.spans:
            names |= self._alone.get(first, NONE)
            by_last = self._by_ends.get(first)
            if by_last is None:
                continue
            for last in by_last.keys() & found.spans.keys():
                for name, phrase in by_last[last]:
                    if name not in names and _stands(phrase, found):
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

    def _look_up(self, text: str) -> PartsFound:
        """Return where each part stands that any phrase knows."""
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        breaks = {0}
        longer: list[tuple[Member, int]] = []
        words: list[str] = []
        for stretch, breaks_here, parts, begun in map(self._known, text.split()):
            ahead = len(words)
            words += stretch
            for part, at in parts:
                spans[part].append((ahead + at, ahead + at + 1))
            if begun:
                longer += [(member, ahead + at) for member, at in begun]
            if breaks_here:
                breaks.update([ahead + at for at in breaks_here])
        breaks.add(len(words))
        for part, span in _longer_spans(longer, words):
            spans[part].append(span)
        return PartsFound(spans, breaks)

    def _read(self, written: str) -> Stretch:
        """Read what stands between two spaces."""
        words, breaks = _cut(written)
        parts: list[tuple[str, int]] = []
        longer: list[tuple[Member, int]] = []
        for at, word in enumerate(words):
            members = self._begun_by(word)
            alone = dict.fromkeys(part for member, part in members if len(member) == 1)
            parts += [(part, at) for part in alone]
            longer += [(member, at) for member in members if len(member[0]) > 1]
        return Stretch(
            tuple(words),
            tuple(breaks),
            tuple(parts),
            tuple(longer),
        )

    def _begun_by(self, word: str) -> list[Member]:
        """Return the members that begin with a word: alone, or as the first of several."""
        names = dict.fromkeys((word, _bare(word)))
        return list(chain.from_iterable(map(self._members_with, names)))

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


def _bare(word: str) -> str:
    """Return a word without what an apostrophe joins to it."""
    before, _, after = word.partition("'")
    return after if after and before in ELIDED else word.removesuffix(OWNED)


def _cut(written: str) -> tuple[list[str], list[int]]:
    """Return the words between two spaces, and before which of them a part of the text begins."""
    words: list[str] = []
    breaks: list[int] = []
    # The spaces tell a dash and a full stop that part sentences from those within words.
    for part in BREAK.split(f" {written} "):
        breaks.append(len(words))
        words += words_of(part)
    return words, breaks[1:]


def _longer_spans(
    begun: Iterable[tuple[Member, int]],
    words: Sequence[str],
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the parts that are members of several words, of those that may begin, each with where
    it stands."""
    for (member, part), at in begun:
        if _is_at(member, words, at):
            yield part, (at, at + len(member))


def _stands(phrase: Phrase, found: PartsFound) -> bool:
    """True if the parts of a phrase follow each other in a text that has its first."""
    spans, breaks = found
    if not all(map(spans.__contains__, phrase.parts)):
        return False
    ends = [end for start, end in spans[phrase.parts[0]] if _may_begin(phrase, start, breaks)]
    for part, gap in zip(phrase.parts[1:], phrase.gaps[1:], strict=True):
        ends = _ends_after(ends, spans[part], gap)
    return not breaks.isdisjoint(ends) if phrase.closes else bool(ends)


def _may_begin(
    phrase: Phrase,
    start: int,
    breaks: Set[int],
) -> bool:
    """True if a phrase may begin with the word at `start`."""
    if phrase.opens == "text":
        return start == 0
    return not phrase.opens or start in breaks


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
