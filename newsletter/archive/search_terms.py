"""Pure. Text as search knows it: words without accents, each beside the beginning that its forms share; and where a text answers."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from newsletter.choosing.words import STOP, UNSPACED, stem, without_accents

WORD = re.compile(r"[^\W_]+")
WORD_CHARS = 40
TITLE_SHARE = 3  # a word of the title counts as if said so often
MOST_ASKED = 8  # words of a question; what is more is left out
EXCERPT_CHARS, BEFORE_CHARS = 220, 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt, and whether it is a word that was asked for."""

    text: str
    is_asked: bool = False


def word_weights(title: str, text: str) -> Mapping[str, float]:
    """Return how much each word says: 1 + ln of how often it stands there. A word and its stem count each."""
    counts: Counter[str] = Counter()
    for share, part in ((TITLE_SHARE, title), (1, text)):
        for word in _words(part):
            counts[word] += share
            if (shared := stem(word)) != word:
                counts[shared] += share
    return {word: 1 + math.log(count) for word, count in counts.items()}


def query_terms(question: str) -> Sequence[frozenset[str]]:
    """Return the words of a question, each with its stem: what answers has one of each. Little words do not count."""
    groups = dict.fromkeys(frozenset((word, stem(word))) for word in _words(question))
    return list(groups)[:MOST_ASKED]


def excerpt(text: str, question: str) -> Sequence[Piece]:
    """Return the place in a text that answers first, with the words asked for told apart; its beginning if none does."""
    wanted = {term for group in query_terms(question) for term in group}
    places: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        if places and match.start() > places[0][0] + EXCERPT_CHARS:
            break  # what stands further on is not shown
        if any(stem(word) in wanted for word in _words(match[0])):
            places.append(match.span())
    start = max(0, places[0][0] - BEFORE_CHARS) if places else 0
    start = text.find(" ", start) + 1 if start else 0
    end = min(len(text), start + EXCERPT_CHARS)
    end = max(text.rfind(" ", start, end), start) if end < len(text) else end
    pieces, at = [Piece("…")] if start else [], start
    for first, last in places:
        if first >= at and last <= end:
            pieces += [Piece(text[at:first]), Piece(text[first:last], is_asked=True)]
            at = last
    return [
        piece
        for piece in (*pieces, Piece(text[at:end] + ("…" if end < len(text) else "")))
        if piece.text
    ]


def _words(text: str) -> Iterator[str]:
    for word in WORD.findall(without_accents(text)):
        runs = UNSPACED.findall(word)  # Chinese and Japanese: two signs at a time
        for one in (
            (run[at : at + 2] for run in runs for at in range(len(run) - 1)) if runs else (word,)
        ):
            if one not in STOP and (len(one) > 1 or one.isdigit()):
                yield one[:WORD_CHARS]
