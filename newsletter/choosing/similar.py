"""Pure. Similar reading: other articles whose words are nearest, and never the same story again."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from newsletter.choosing.folds.likeness import LEAD_CHARS, Likeness
from newsletter.choosing.folds.profiles import EPOCH
from newsletter.choosing.stories import Report
from newsletter.choosing.words import Word, parse_text, stem

TEXT_CHARS = 1200  # the beginning of a text shows what it is about
# Announcements of all things are worded with these.
EMPTY_WORDS = (
    "available bring build built expand explore get help introduce launch make new support team "
    "use work"
)
EMPTY = frozenset(map(stem, EMPTY_WORDS.split()))
TITLE_COUNTS = 2  # a word of the title counts as so many
# How near an article must be to be worth reading next, as the cosine of two: below it two articles
# share a word or two by chance. Above the other they say the same.
NEAR = 0.2
BESIDE_NEAREST = 0.5  # what is less than half as near as the nearest looks lost beside it
FEWEST_SHARED = 2  # words, or one and the kind of news: one alone is shared by chance
SAME = 0.8
MOST_WORDS = 40  # the most characteristic words of an article; more would find it by chance


@dataclass(frozen=True, slots=True)
class Document:
    """An article to compare: `text` is the extracted text of its page, or "".

    Source and date help to see that two tell one story; both may be left out.
    """

    title: str
    dek: str
    text: str = ""
    source: str = ""
    published_at: datetime = EPOCH


def document_of(report: Report) -> Document:
    """Return what is known of a report without its page."""
    return Document(
        report.title,
        report.dek,
        source=report.source,
        published_at=report.published_at,
    )


class Corpus:
    """Documents, looked through once; then each query takes milliseconds."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._alike = Likeness(documents, [_lead(document) for document in documents])
        counts = [_count_words(document) for document in documents]
        rarity = _rarities(counts)
        self._vectors = [_vector(count, rarity) for count in counts]
        self._holders = _holders(self._vectors)

    def nearest(self, to: int, count: int) -> list[int]:
        """Return up to `count` indexes, the nearest first; of equally near ones the lower index.

        Documents that are hardly near are left out, or far less near than the nearest, so there may
        be none; so are those that tell its story, or the story of one already chosen.
        """
        near = self._cosines(to)
        chosen: list[int] = []
        for index in sorted(near, key=lambda index: (-near[index], index)):
            if len(chosen) >= count or _is_far(near[index], chosen, near):
                break
            if index != to and not self._tells_story_of(index, (to, *chosen)):
                chosen.append(index)
        return chosen

    def _cosines(self, to: int) -> Mapping[int, float]:
        """Return how near each document is that is near at all; `to` itself may be among them."""
        near: dict[int, float] = {}
        shared: dict[int, int] = {}
        for word, weight in self._vectors[to].items():
            for index, other_weight in self._holders[word]:
                near[index] = near.get(index, 0.0) + weight * other_weight
                shared[index] = shared.get(index, 0) + 1
        return {
            index: nearness
            for index, nearness in near.items()
            if nearness > NEAR and shared[index] >= FEWEST_SHARED
        }

    def _tells_story_of(self, index: int, others: Iterable[int]) -> bool:
        return any(self._is_same_story(index, other) for other in others)

    def _is_same_story(self, first: int, second: int) -> bool:
        if self._alike.odds(min(first, second), max(first, second)) > 0:
            return True
        vector = self._vectors[second]
        weights = [weight * vector.get(word, 0.0) for word, weight in self._vectors[first].items()]
        return math.fsum(weights) > SAME


def nearest(
    to: Document,
    among: Sequence[Document],
    count: int,
) -> list[int]:
    """Return up to `count` indexes of `among`, nearest to `to` first.

    It makes a corpus for this one query; for several, make a `Corpus`.
    """
    return [index - 1 for index in Corpus([to, *among]).nearest(0, count)]


def _is_far(
    nearness: float,
    chosen: Sequence[int],
    near: Mapping[int, float],
) -> bool:
    """True for what is much less near than the first that was chosen."""
    return bool(chosen) and nearness < BESIDE_NEAREST * near[chosen[0]]


def _lead(document: Document) -> str:
    return f"{document.dek} {document.text[:LEAD_CHARS]}"[:LEAD_CHARS]


def _count_words(document: Document) -> dict[str, float]:
    """Return how much each word counts: 1 + ln of how often it is there."""
    beginning = f"{document.dek} {document.text[:TEXT_CHARS]}"
    counts = Counter(TITLE_COUNTS * _words_in(document.title) + _words_in(beginning))
    # Sorted, because sums of floats depend on their order.
    return {word: 1 + math.log(count) for word, count in sorted(counts.items())}


def _words_in(text: str) -> list[str]:
    """Return the stems of a text, and the kinds of news that it tells."""
    words = parse_text(text).words
    # Two courts or two outages are near, whatever their words; two announcements are not.
    kinds = [f"{word.kind} news" for word in words if word.kind not in ("", "launch")]
    return [word.stem for word in words if not _is_empty(word)] + kinds


def _is_empty(word: Word) -> bool:
    return word.kind == "launch" or word.stem in EMPTY


def _rarities(counts: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    holders = Counter(chain.from_iterable(counts))
    return {word: math.log(1 + len(counts) / held) for word, held in holders.items()}


def _vector(counts: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of the most characteristic words, of length 1 together."""
    weights = {word: count * rarity[word] for word, count in counts.items()}
    most = _heaviest(weights)
    length = math.sqrt(math.fsum(weights[word] ** 2 for word in most)) or 1.0
    return {word: weights[word] / length for word in most}


def _heaviest(weights: Mapping[str, float]) -> list[str]:
    """Return the most characteristic words, of equally heavy ones always the same."""
    return sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]


def _holders(vectors: Iterable[Mapping[str, float]]) -> Mapping[str, list[tuple[int, float]]]:
    """Return by word the indexes of the vectors that have it, each with its weight."""
    holders: dict[str, list[tuple[int, float]]] = {}
    for index, vector in enumerate(vectors):
        for word, weight in vector.items():
            holders.setdefault(word, []).append((index, weight))
    return holders
