"""Pure. Cues: words and phrases looked for in a title or dek, thousands of times a second, so without a pattern for each.

A cue is written in lower case: `in the wild`. A star ends a word that may go on: `regulat*`. `#` stands for any number,
in figures or in words; a caret begins a cue that must open the text: `^how to`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")
WORD = re.compile(r"[$€£¥]?\d[\d.,]*\w*%?|\w+(?:['’-]\w+)*")
NUMBERS = frozenset(
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "hundred", "hundreds", "thousand")
)
FIGURES = re.compile(r"[\d.,]+%?")
KEY = 3  # letters of a starred cue by which it is found


@lru_cache(maxsize=1 << 10)  # one text is asked for several things in a row
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case, straight apostrophes, each number as #."""
    found = WORD.findall(text.casefold().replace("’", "'"))
    return tuple("#" if word in NUMBERS or (word[0].isdigit() and FIGURES.fullmatch(word)) else word for word in found)


@dataclass(frozen=True, slots=True)
class _Cue(Generic[T]):
    words: tuple[str, ...]
    opens: bool
    means: T


class Cues(Generic[T]):
    """Cues and what each means, found by their first word."""

    def __init__(self, lists: Iterable[tuple[T, str]]) -> None:
        """`lists` has a meaning and its cues, with commas between them."""
        self._exact: dict[str, list[_Cue[T]]] = {}
        self._starred: dict[str, list[_Cue[T]]] = {}
        for means, text in lists:
            for cue in filter(None, (one.strip() for one in text.split(","))):
                words = tuple(cue.removeprefix("^").split())
                found, key = (self._starred, words[0][:KEY]) if words[0].endswith("*") else (self._exact, words[0])
                found.setdefault(key, []).append(_Cue(words, cue.startswith("^"), means))
        self._begun_by = lru_cache(maxsize=1 << 15)(self._look)  # nearly all words begin no cue, and come again and again

    def _look(self, word: str) -> tuple[_Cue[T], ...]:
        starred = (cue for cue in self._starred.get(word[:KEY], ()) if word.startswith(cue.words[0][:-1]))
        return (*self._exact.get(word, ()), *starred)

    def found_in(self, words: Sequence[str]) -> set[T]:
        """Return what the cues in `words` mean."""
        found: set[T] = set()
        for at, word in enumerate(words):
            for cue in self._begun_by(word):
                if (at == 0 or not cue.opens) and _goes_on(cue.words, words, at):
                    found.add(cue.means)
        return found


def _goes_on(cue: Sequence[str], words: Sequence[str], at: int) -> bool:
    """True if the words after `at` are those of the cue after its first."""
    if len(cue) == 1:
        return True
    if len(words) - at < len(cue):
        return False
    return all(words[at + i].startswith(cue[i][:-1]) if cue[i].endswith("*") else words[at + i] == cue[i] for i in range(1, len(cue)))
