"""Pure. Articles that tell one story become one group.

Titles are compared as sets of stems weighted by rarity within the window (idf), by cosine; groups are joined by average
linkage, so that one loose likeness cannot chain two stories together.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

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


def stems(text: str) -> frozenset[str]:
    """Return the bare words of a title: lowercase, no stop words, plural and -ing ends cut off."""
    found = (word.casefold() for word in WORD.findall(text))
    return frozenset(_stem(word) for word in found if word not in STOP)


def fold(texts: Sequence[str], threshold: float = THRESHOLD) -> list[list[int]]:
    """Group the indexes of `texts` that tell one story; groups and members keep their first-seen order."""
    bags = [stems(text) for text in texts]
    weights = rarity(bags)
    groups: list[list[int]] = []
    for index, bag in enumerate(bags):
        best, at = 0.0, -1
        for place, group in enumerate(groups):
            likeness = sum(cosine(bag, bags[other], weights) for other in group) / len(group)
            if likeness > best:
                best, at = likeness, place
        if at >= 0 and best >= threshold:
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
