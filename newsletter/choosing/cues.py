"""Pure. Cues: words and phrases looked for in a title or dek, thousands of times a second, so without a pattern for each.

A cue is written in lower case: `in the wild`. A star ends a word that may go on: `regulat*`. `#` stands for any number,
in figures or in words; a caret begins a cue that must open the text: `^how to`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
WORD = re.compile(r"[^\W\d]\w*(?:['-]\w+)*|[$€£¥]?\d[\d.,]*\w*%?(?:-\w+)*")
DIGIT = re.compile(r"\d")
NUMBERS = frozenset(
    (
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "dozen",
        "hundred",
        "hundreds",
        "thousand",
    )
)
KEY = 3
FIGURES = re.compile(r"[\d.,]+%?")


@lru_cache(maxsize=1 << 10)  # one text is asked for several things in a row
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, straight apostrophes, each number as #."""
    found = WORD.findall(text.casefold().replace("’", "'"))
    if NUMBERS.isdisjoint(found) and not DIGIT.search(text):
        return tuple(found)
    return tuple(
        [
            "#" if word in NUMBERS or (word[0] <= "9" and FIGURES.fullmatch(word)) else word
            for word in found
        ]
    )


@dataclass(frozen=True, slots=True)
class _Cue(Generic[T]):
    words: tuple[str, ...]
    opens: bool
    means: T


@dataclass(frozen=True, slots=True)
class _Begun(Generic[T]):
    """What a word can begin: meanings that it has alone, those it has as the first word, and longer cues by their second word."""

    alone: frozenset[T]
    opening: frozenset[T]
    longer: Mapping[str, tuple[_Cue[T], ...]]  # "" has those whose second word is starred


class Cues(Generic[T]):
    """Cues and what each means, found by their first word, longer ones by their second too."""

    def __init__(self, lists: Iterable[tuple[T, str]]) -> None:
        """`lists` has a meaning and its cues, with commas between them."""
        cues = [
            _Cue(tuple(cue.removeprefix("^").split()), cue.startswith("^"), means)
            for means, text in lists
            for cue in filter(None, (one.strip() for one in text.split(",")))
        ]
        self._heads: dict[
            str, list[_Cue[T]]
        ] = {}  # by their first word, starred ones by its first letters
        for cue in cues:
            self._heads.setdefault(_head(cue.words[0]), []).append(cue)
        self._begun_by = lru_cache(maxsize=1 << 15)(
            self._look
        )  # nearly all words begin no cue, and come again and again

    def found_in(self, words: Sequence[str]) -> set[T]:
        """Return what the cues in `words` mean."""
        found: set[T] = set()
        for at, begun in enumerate(map(self._begun_by, words)):
            if begun is None:
                continue
            found |= begun.alone
            if at == 0:
                found |= begun.opening
            if begun.longer and at + 1 < len(words):
                for cue in (*begun.longer.get(words[at + 1], ()), *begun.longer.get("", ())):
                    if (at == 0 or not cue.opens) and _goes_on(cue, words, at):
                        found.add(cue.means)
        return found

    def _look(self, word: str) -> _Begun[T] | None:
        near = (*self._heads.get(word, ()), *self._heads.get(word[:KEY] + "*", ()))
        cues = [cue for cue in near if _is(cue.words[0], word)]
        if not cues:
            return None
        longer: dict[str, tuple[_Cue[T], ...]] = {}
        for cue in cues:
            if len(cue.words) > 1:
                key = "" if cue.words[1].endswith("*") else cue.words[1]
                longer[key] = (*longer.get(key, ()), cue)
        alone = frozenset(cue.means for cue in cues if len(cue.words) == 1 and not cue.opens)
        return _Begun(alone, frozenset(cue.means for cue in cues if len(cue.words) == 1), longer)


def _head(word: str) -> str:
    return word[:KEY] + "*" if word.endswith("*") else word


def _is(one: str, word: str) -> bool:
    return word.startswith(one[:-1]) if one.endswith("*") else word == one


def _goes_on(cue: _Cue[T], words: Sequence[str], at: int) -> bool:
    """True if the words after `at`, of which there is one, are those of the cue after its first."""
    if not _is(cue.words[1], words[at + 1]):
        return False
    if len(cue.words) == 2:  # as nearly all are
        return True
    rest = words[at + 2 : at + len(cue.words)]
    return len(rest) == len(cue.words) - 2 and all(map(_is, cue.words[2:], rest))
