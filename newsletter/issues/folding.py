"""Pure. Articles that tell one story become one group.

Titles are compared as sets of stems weighted by rarity within the window (idf), by cosine; groups are joined by average
linkage, so that one loose likeness cannot chain two stories together.
"""

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol, TypeVar

WORD = re.compile(r"[\w$€£%]+(?:[.'’]\w+)*")
STOP = frozenset(
    {
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "by",
        "from",
        "at",
        "as",
        "is",
        "are",
        "was",
        "be",
        "its",
        "it",
        "this",
        "that",
        "how",
        "why",
        "what",
        "new",
        "now",
        "after",
        "over",
        "into",
        "more",
    }
)
THRESHOLD = 0.42


Id = TypeVar("Id", bound=Hashable)
IdCo = TypeVar("IdCo", bound=Hashable, covariant=True)


class Item(Protocol[IdCo]):
    """What folding looks at: an article as one source told it. `source` is that source's name, `published_at` is aware."""

    @property
    def id(self) -> IdCo: ...
    @property
    def title(self) -> str: ...
    @property
    def dek(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def published_at(self) -> datetime: ...


def fold(items: Iterable[Item[Id]], texts: Mapping[Id, str] = MappingProxyType({})) -> list[frozenset[Id]]:
    """Return the ids of `items` in groups that tell one story each; a group stands where its first item stood.

    `texts` is the extracted text of the page by id, for those that have one. Two items with one id are one item.
    """
    known = {item.id: item for item in items}
    ids = list(known)
    return [frozenset(ids[at] for at in group) for group in _grouped([item.title for item in known.values()])]


def stems(text: str) -> frozenset[str]:
    """Return the bare words of a title: lowercase, no stop words, plural and -ing ends cut off."""
    found = (word.casefold() for word in WORD.findall(text))
    return frozenset(_stem(word) for word in found if word not in STOP)


def _grouped(texts: Sequence[str]) -> list[list[int]]:
    bags = [stems(text) for text in texts]
    weights = rarity(bags)
    groups: list[list[int]] = []
    for index, bag in enumerate(bags):
        best, at = 0.0, -1
        for place, group in enumerate(groups):
            likeness = sum(cosine(bag, bags[other], weights) for other in group) / len(group)
            if likeness > best:
                best, at = likeness, place
        if at >= 0 and best >= THRESHOLD:
            groups[at].append(index)
        else:
            groups.append([index])
    return groups


def rarity(bags: Sequence[frozenset[str]]) -> Mapping[str, float]:
    """Return idf by stem: log(1 + N / n)."""
    counts = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in counts.items()}


def cosine(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the idf-weighted cosine of two bags, 0..1."""
    shared = sum(weights[word] ** 2 for word in one & other)
    if not shared:
        return 0.0
    norm = math.sqrt(sum(weights[w] ** 2 for w in one) * sum(weights[w] ** 2 for w in other))
    return shared / norm


def _stem(word: str) -> str:
    for end in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word
