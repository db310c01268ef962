"""Pure. Similar reading: other articles whose words are nearest, and never the same story again."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.choosing.likeness import LEAD_CHARS, Likeness
from newsletter.choosing.news_kinds import kind_of
from newsletter.choosing.profiles import EPOCH
from newsletter.choosing.words import parse_text, stem

TEXT_CHARS = 1200  # the beginning of a text shows what it is about
TITLE_COUNTS = 2  # a word of the title counts as so many
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


class Corpus:
    """Documents, looked through once; then each query takes milliseconds."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._alike = Likeness(documents, [_lead(document) for document in documents])
        counts = [_count_words(document) for document in documents]
        rarity = _rarities(counts)
        self._vectors = [_vector(count, rarity) for count in counts]
        self._holders: dict[str, list[tuple[int, float]]] = {}
        for index, vector in enumerate(self._vectors):
            for word, weight in vector.items():
                self._holders.setdefault(word, []).append((index, weight))

    def nearest(self, to: int, count: int) -> list[int]:
        """Return up to `count` indexes, the nearest first; of equally near ones the lower index.

        Documents that share no word with `to` are left out; so are those that tell its story, or
        the story of one already chosen.
        """
        near = self._cosines(to)
        chosen: list[int] = []
        for index in sorted(near, key=lambda index: (-near[index], index)):
            if len(chosen) >= count:
                break
            if index != to and not self._tells_story_of(index, (to, *chosen)):
                chosen.append(index)
        return chosen

    def _cosines(self, to: int) -> Mapping[int, float]:
        """Return how near each document is that shares a word with `to`; `to` itself is among
        them."""
        near: dict[int, float] = {}
        for word, weight in self._vectors[to].items():
            for index, other_weight in self._holders[word]:
                near[index] = near.get(index, 0.0) + weight * other_weight
        return near

    def _tells_story_of(self, index: int, others: Iterable[int]) -> bool:
        return any(self._alike.odds(min(index, other), max(index, other)) > 0 for other in others)


def nearest(to: Document, among: Sequence[Document], count: int) -> list[int]:
    """Return up to `count` indexes of `among`, nearest to `to` first.

    It makes a corpus for this one query; for several, make a `Corpus`.
    """
    return [index - 1 for index in Corpus([to, *among]).nearest(0, count)]


def _lead(document: Document) -> str:
    return f"{document.dek} {document.text[:LEAD_CHARS]}"[:LEAD_CHARS]


def _count_words(document: Document) -> dict[str, float]:
    """Return how much each word counts: 1 + ln of how often it is there."""
    counts: Counter[str] = Counter()
    beginning = f"{document.dek} {document.text[:TEXT_CHARS]}"
    for text, times in ((document.title, TITLE_COUNTS), (beginning, 1)):
        for word in parse_text(text).words:
            counts[stem(word.plain)] += times
            kind = kind_of(word.plain)
            if kind:
                # Two courts or two outages are near, whatever their words.
                counts[f"{kind} news"] += times
    # Sorted, because sums of floats depend on their order.
    return {word: 1 + math.log(count) for word, count in sorted(counts.items())}


def _rarities(counts: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    holders: Counter[str] = Counter()
    for count in counts:
        holders.update(count.keys())
    return {word: math.log(1 + len(counts) / held) for word, held in holders.items()}


def _vector(counts: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of the most characteristic words, of length 1 together."""
    weights = {word: count * rarity[word] for word, count in counts.items()}
    most = sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]
    length = math.sqrt(math.fsum(weights[word] ** 2 for word in most)) or 1.0
    return {word: weights[word] / length for word in most}
