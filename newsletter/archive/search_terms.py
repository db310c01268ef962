"""Pure. Text as search knows it: words without accents, each with its stem; and excerpts."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.choosing.words import STOP, UNSPACED, stem
from newsletter.text import without_accents

WORD = re.compile(r"[^\W_]+")
WORD_CHARS = 40
TITLE_SHARE = 3  # a word of the title counts as if the text had it so often
MOST_ASKED = 8  # words of a question; the rest is left out
EXCERPT_CHARS = 220
BEFORE_CHARS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt, and whether it is a word that was asked for."""

    text: str
    is_asked: bool = False


def word_weights(title: str, text: str) -> Mapping[str, float]:
    """Return the weight of each word: 1 + ln of how often it occurs.

    A word and its stem are counted separately.
    """
    counts = _count_terms(title, text)
    return {term: 1 + math.log(count) for term, count in counts.items()}


def query_terms(question: str) -> Sequence[frozenset[str]]:
    """Return the words of a question, each as a group with its stem, without little words.

    A text answers the question if it has at least one term of each group.
    """
    # A dict drops repeated words and keeps their order; a set would shuffle which are left out.
    groups = dict.fromkeys(frozenset((word, stem(word))) for word in _words(question))
    return list(groups)[:MOST_ASKED]


def excerpt(text: str, question: str) -> Sequence[Piece]:
    """Return the first place in a text that answers, with the words asked for as own pieces.

    A text without any of these words gives its beginning. Pieces are plain text, never empty.
    """
    places = _places(text, question)
    start, end = _window(text, places[0][0] if places else 0)
    return [piece for piece in _pieces(text, places, start, end) if piece.text]


def _count_terms(title: str, text: str) -> Mapping[str, int]:
    """How often each word and each stem occurs."""
    counts: Counter[str] = Counter()
    for share, part in ((TITLE_SHARE, title), (1, text)):
        for term in _words_and_stems(part):
            counts[term] += share
    return counts


def _words_and_stems(text: str) -> Iterator[str]:
    """Each word, and behind it its stem if that is another word."""
    for word in _words(text):
        yield word
        shared = stem(word)
        if shared != word:
            yield shared


def _places(text: str, question: str) -> list[tuple[int, int]]:
    """Where words asked for begin and end, as far as one excerpt reaches."""
    wanted = set[str]().union(*query_terms(question))
    places: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        if places and match.start() > places[0][0] + EXCERPT_CHARS:
            # The excerpt ends before this; a long text need not be read to its end.
            break
        if any(stem(word) in wanted for word in _words(match[0])):
            places.append(match.span())
    return places


def _window(text: str, place: int) -> tuple[int, int]:
    """Where an excerpt with this place begins and ends; it cuts between words."""
    start = max(0, place - BEFORE_CHARS)
    if start:
        start = text.find(" ", start) + 1
    return start, _window_end(text, start)


def _window_end(text: str, start: int) -> int:
    end = start + EXCERPT_CHARS
    if end >= len(text):
        return len(text)
    # With no space in reach, rfind gives -1: then only the mark is shown that there is more.
    return max(text.rfind(" ", start, end), start)


def _pieces(
    text: str,
    places: Sequence[tuple[int, int]],
    start: int,
    end: int,
) -> Iterator[Piece]:
    """Cut the window at its places; "…" shows that the text goes on."""
    if start:
        yield Piece("…")
    at = start
    for first, last in places:
        if first >= at and last <= end:
            yield Piece(text[at:first])
            yield Piece(text[first:last], is_asked=True)
            at = last
    more = "…" if end < len(text) else ""
    yield Piece(text[at:end] + more)


def _words(text: str) -> Iterator[str]:
    for word in WORD.findall(without_accents(text)):
        runs = UNSPACED.findall(word)
        terms = _pairs(runs) if runs else (word,)
        for term in terms:
            if term not in STOP and (len(term) > 1 or term.isdigit()):
                yield term[:WORD_CHARS]


def _pairs(runs: Sequence[str]) -> Iterator[str]:
    """Chinese and Japanese put no spaces between words: each two neighbouring signs are a term."""
    for run in runs:
        for at in range(len(run) - 1):
            yield run[at : at + 2]
