"""Views of the items: their pairs, which the coefficients are fitted to and judged by."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.folding.inventing import of_other_firms
from bench.folding.items import Labelled, Part
from newsletter.choosing.folds.folding import link
from newsletter.choosing.folds.likeness import Likeness, Model
from newsletter.formats import feeds

OTHER_FIRMS = "the same news of other firms"
SHARES = {
    "whole": 0.4,
    "half the deks": 0.3,
    "titles only": 0.15,
    "week 1": 0.15,
    "week 2": 0.15,
    "week 3": 0.15,
    OTHER_FIRMS: 0.03,
}
BACKGROUND = 0.6  # the share of the real feeds
BACKGROUND_DAYS = 14.0  # two of their items count if they are so near in time


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs: rightly together, wrongly together, wrongly apart."""

    right: float = 0.0
    false: float = 0.0
    missed: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.right / max(1e-9, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1e-9, self.right + self.missed)


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair of items: whether they tell one story, whether they are folded, their log-odds."""

    left: Labelled
    right: Labelled
    is_same: bool
    is_folded: bool
    odds: float


class View:
    """Some items, and the pairs of them that the coefficients are fitted to.

    These share something rare, and are within some days.
    """

    def __init__(
        self,
        items: Sequence[Labelled],
        share: float = 0.0,
        within_days: float = math.inf,
    ) -> None:
        self.items = items
        self.share = share
        alike = Likeness(items, [item.dek for item in items])
        days = [profile.day for profile in alike.profiles]
        compared = {}
        for left, right in combinations(range(len(items)), 2):
            if abs(days[left] - days[right]) <= within_days:
                compared[left, right] = alike.evidence(left, right)
        self.pairs = [pair for pair, evidence in compared.items() if evidence]
        self.evidence = np.array([compared[pair] for pair in self.pairs])
        self.same = np.array([float(self._is_same(*pair)) for pair in self.pairs])

    def without(self, out: Part) -> NDArray[np.bool_]:
        """Return for each pair whether it has no item that is out."""
        is_out = [out(item) for item in self.items]
        return np.array([not (is_out[left] or is_out[right]) for left, right in self.pairs])

    def judged(self, model: Model) -> Iterator[Judged]:
        """Yield each pair that is one story, or that the model folds."""
        alike = Likeness(self.items, [item.dek for item in self.items], model)
        group = _group_of_each(link(alike))
        for left, right in combinations(range(len(self.items)), 2):
            is_same = self._is_same(left, right)
            is_folded = group[left] == group[right]
            if is_same or is_folded:
                odds = alike.odds(left, right)
                yield Judged(self.items[left], self.items[right], is_same, is_folded, odds)

    def score(self, model: Model, counted: Part = lambda _: True) -> Score:
        """Count the pairs with an item that is counted: whole if both are, half if one is."""
        tallies: dict[tuple[bool, bool], float] = defaultdict(float)
        for pair in self.judged(model):
            both = counted(pair.left) + counted(pair.right)
            tallies[pair.is_same, pair.is_folded] += both / 2
        return Score(tallies[True, True], tallies[False, True], tallies[True, False])

    def _is_same(self, left: int, right: int) -> bool:
        return self.items[left].story == self.items[right].story


def _group_of_each(groups: Iterable[Iterable[int]]) -> dict[int, int]:
    found = {}
    for at, members in enumerate(groups):
        found.update(dict.fromkeys(members, at))
    return found


def views(items: Sequence[Labelled]) -> dict[str, View]:
    """Return the items as the coefficients are fitted to them."""
    begin = min(item.published_at.date() for item in items)
    weeks: dict[str, list[Labelled]] = {f"week {week + 1}": [] for week in range(3)}
    for item in items:
        week = (item.published_at.date() - begin).days // 7
        if week < 3:
            weeks[f"week {week + 1}"].append(item)
    chance = random.Random(1)
    half = [replace(item, dek="" if chance.random() < 0.5 else item.dek) for item in items]
    given = {
        "whole": items,
        "half the deks": half,
        "titles only": [replace(item, dek="") for item in items],
        **weeks,
    }
    given[OTHER_FIRMS] = [*items, *of_other_firms(items)]
    return {name: View(some, SHARES[name]) for name, some in given.items()}


def background(folder: Path) -> View:
    """Return the items of real feeds; those of one title are one story."""
    found = [
        (path.stem, item)
        for path in sorted(folder.glob("*.xml"))
        for item in feeds.read_feed(path.read_bytes(), "https://feeds.example/").found
    ]
    dated = [(source, item, item.published_at) for source, item in found if item.published_at]
    items = [
        Labelled(str(n), i.title, i.dek, i.url, source, at, i.title.casefold())
        for n, (source, i, at) in enumerate(dated)
    ]
    return View(items, BACKGROUND, BACKGROUND_DAYS)
