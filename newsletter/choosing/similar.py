"""Pure. Similar reading: other articles whose words are nearest, and never the same story told again."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.choosing.likeness import EPOCH, LEAD_CHARS, Likeness
from newsletter.choosing.news_kinds import kind_of
from newsletter.choosing.words import parse_text, stem

TEXT_CHARS = 1200  # what an article is about is said early
TITLE_SHARE = 2  # a word of the title counts as if said so often
MOST_WORDS = 40  # the most characteristic words of an article; more would find it by chance


@dataclass(frozen=True, slots=True)
class Document:
    """What is compared: `text` is the extracted text of the page or "". Source and date, where given, help to see the same story."""

    title: str
    dek: str
    text: str = ""
    source: str = ""
    published_at: datetime = EPOCH


class Corpus:
    """Texts, looked through once; then each query takes milliseconds."""

    def __init__(self, texts: Sequence[Document]) -> None:
        self._alike = Likeness(
            texts, [f"{text.dek} {text.text[:LEAD_CHARS]}"[:LEAD_CHARS] for text in texts]
        )
        counts = [_count(text) for text in texts]
        held = Counter(word for count in counts for word in count)
        rarity = {word: math.log(1 + len(texts) / count) for word, count in held.items()}
        self._vectors = [_vector(count, rarity) for count in counts]
        self._holders: dict[str, list[tuple[int, float]]] = {}
        for index, vector in enumerate(self._vectors):
            for word, weight in vector.items():
                self._holders.setdefault(word, []).append((index, weight))

    def nearest(self, to: int, count: int) -> list[int]:
        """Return up to `count` indexes, nearest first; at equal nearness, the earlier in the corpus.

        Left out are those that share no word with `to`, tell its story, or tell the story of one already chosen.
        """
        near: dict[int, float] = {}
        for word, weight in self._vectors[to].items():
            for index, other in self._holders[word]:
                near[index] = near.get(index, 0.0) + weight * other
        chosen: list[int] = []
        for index in sorted(near, key=lambda index: (-near[index], index)):
            if len(chosen) >= count:
                break
            if index != to and all(
                self._alike.odds(min(index, told), max(index, told)) <= 0 for told in (to, *chosen)
            ):
                chosen.append(index)
        return chosen


def nearest(to: Document, among: Sequence[Document], count: int) -> list[int]:
    """Return up to `count` indexes of `among`, nearest to `to` first: one query, for which a corpus is made."""
    return [index - 1 for index in Corpus([to, *among]).nearest(0, count)]


def _count(text: Document) -> dict[str, float]:
    """Return how much each word is said, the title's more."""
    counts: Counter[str] = Counter()
    for share, part in ((TITLE_SHARE, text.title), (1, f"{text.dek} {text.text[:TEXT_CHARS]}")):
        for word in parse_text(part).words:
            counts[stem(word.plain)] += share
            if kind := kind_of(word.plain):
                counts[f"{kind} news"] += (
                    share  # two courts or two outages are near, whatever their words
                )
    return {word: 1 + math.log(count) for word, count in sorted(counts.items())}


def _vector(counts: dict[str, float], rarity: dict[str, float]) -> dict[str, float]:
    """Return the weights of the most characteristic words, of length 1 together."""
    weights = {word: count * rarity[word] for word, count in counts.items()}
    most = sorted(weights, key=lambda word: (-weights[word], word))[:MOST_WORDS]
    length = math.sqrt(math.fsum(weights[word] ** 2 for word in most)) or 1.0
    return {word: weights[word] / length for word in most}
