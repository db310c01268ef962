"""Pure. Cues: words and phrases that are looked for in a title or dek.

Thousands of titles are looked through at once. With patterns for the cues, that took six times as
long as all the rest, so words are looked up instead (docs/adr/0016).

A cue is written in lower case: `in the wild`. A star ends a word that may go on: `regulat*`. `#` is
any number, in figures or in words. A caret begins a cue that must open the text: `^how to`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
WORD = re.compile(r"[^\W\d]\w*(?:['-]\w+)*|[$€£¥]?\d[\d.,]*\w*%?(?:-\w+)*")
DIGIT = re.compile(r"\d")
FIGURES = re.compile(r"[\d.,]+%?")
NUMBER = "#"
SPELLED_NUMBERS = frozenset({
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "dozen", "hundred", "hundreds", "thousand",
})  # fmt: skip
# Characters of a text that are looked at. Titles and deks are cut shorter where they are kept; here
# it is for whoever comes with another text, because some patterns take a microsecond a character.
LONGEST = 2000
KEY_CHARS = 3  # a starred cue is found by so many letters: all begin with at least so many


@lru_cache(maxsize=1 << 10)  # one text is asked for several things in a row
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, straight apostrophes, each number as #."""
    text = text[:LONGEST]
    words = WORD.findall(text.casefold().replace("’", "'"))
    if SPELLED_NUMBERS.isdisjoint(words) and not DIGIT.search(text):
        return tuple(words)  # most titles have no number
    return tuple([NUMBER if _is_number(word) else word for word in words])


@dataclass(frozen=True, slots=True)
class _Cue(Generic[T]):
    """One cue: its words, whether it must open the text, and what it means."""

    words: tuple[str, ...]
    opens: bool
    means: T


@dataclass(frozen=True, slots=True)
class _Begun(Generic[T]):
    """What a word can begin.

    `alone` are the meanings that it has anywhere, `opening` those that it has as the first word.
    `longer` has the cues that go on, by their second word; "" has those whose second is starred.
    """

    alone: frozenset[T]
    opening: frozenset[T]
    longer: Mapping[str, tuple[_Cue[T], ...]]


class Cues(Generic[T]):
    """Cues and what each means, found by their first word, longer ones by their second too."""

    def __init__(self, lists: Iterable[tuple[T, str]]) -> None:
        """`lists` has a meaning and its cues, with commas between them."""
        self._by_head: dict[str, list[_Cue[T]]] = {}
        for means, text in lists:
            self._add(_split_cues(means, text))
        # Nearly all words begin no cue, and come again and again.
        self._begun_by = lru_cache(maxsize=1 << 15)(self._look)

    def found_in(self, words: Sequence[str]) -> set[T]:
        """Return what the cues in `words` mean; the words are those of `words_of`."""
        found: set[T] = set()
        last = len(words) - 1
        for at, begun in enumerate(map(self._begun_by, words)):
            if begun is None:
                continue
            found |= begun.alone
            if at == 0:
                found |= begun.opening
            if begun.longer and at < last:
                _add_longer(
                    found,
                    begun.longer,
                    words,
                    at,
                )
        return found

    def _add(self, cues: Iterable[_Cue[T]]) -> None:
        for cue in cues:
            self._by_head.setdefault(_head(cue.words[0]), []).append(cue)

    def _look(self, word: str) -> _Begun[T] | None:
        by_word = self._by_head.get(word, ())
        by_letters = self._by_head.get(word[:KEY_CHARS] + "*", ())
        cues = [cue for cue in (*by_word, *by_letters) if _fits(cue.words[0], word)]
        return _begun_by(cues) if cues else None


def _begun_by(cues: Sequence[_Cue[T]]) -> _Begun[T]:
    """Return what a word begins that is the first of these cues, at least one."""
    single = [cue for cue in cues if len(cue.words) == 1]
    return _Begun(
        alone=frozenset(cue.means for cue in single if not cue.opens),
        opening=frozenset(cue.means for cue in single),
        longer=_by_second_word(cue for cue in cues if len(cue.words) > 1),
    )


def _split_cues(means: T, text: str) -> Iterator[_Cue[T]]:
    for cue in text.split(","):
        words = cue.strip().removeprefix("^").split()
        if words:
            yield _Cue(
                tuple(words),
                cue.strip().startswith("^"),
                means,
            )


def _by_second_word(cues: Iterable[_Cue[T]]) -> dict[str, tuple[_Cue[T], ...]]:
    found: dict[str, tuple[_Cue[T], ...]] = {}
    for cue in cues:
        second = cue.words[1]
        key = "" if second.endswith("*") else second
        found[key] = (*found.get(key, ()), cue)
    return found


def _add_longer(
    found: set[T],
    longer: Mapping[str, tuple[_Cue[T], ...]],
    words: Sequence[str],
    at: int,
) -> None:
    """Add what the longer cues mean that begin at `at`, which is not the last word."""
    for cue in (*longer.get(words[at + 1], ()), *longer.get("", ())):
        if (at == 0 or not cue.opens) and _goes_on(cue, words, at):
            found.add(cue.means)


def _goes_on(
    cue: _Cue[T],
    words: Sequence[str],
    at: int,
) -> bool:
    """True if the words behind `at` are those of the cue; there is at least one of both."""
    if not _fits(cue.words[1], words[at + 1]):
        return False
    if len(cue.words) == 2:  # as nearly all cues have
        return True
    rest = words[at + 2 : at + len(cue.words)]
    return len(rest) == len(cue.words) - 2 and all(map(_fits, cue.words[2:], rest))


def _head(word: str) -> str:
    """Return the key of a cue's first word; of a starred word its first letters with the star."""
    return word[:KEY_CHARS] + "*" if word.endswith("*") else word


def _fits(written: str, word: str) -> bool:
    """True if a word is the one written in a cue, or begins like it where that has a star."""
    return word.startswith(written[:-1]) if written.endswith("*") else word == written


def _is_number(word: str) -> bool:
    # A look at the first sign spares most words the pattern: figures come before letters.
    return word in SPELLED_NUMBERS or (word[0] <= "9" and bool(FIGURES.fullmatch(word)))
