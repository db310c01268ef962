"""Pure. A week: what its stories are scored by, and the habits of the editors."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from newsletter.choosing.filler import Series
from newsletter.choosing.weights import Weights

# Every habit begins with so many choices, half of them "kept": one choice decides little.
SMOOTHING = 3.0


@dataclass(frozen=True, slots=True)
class Habit:
    """How often editors kept, dropped or led with stories of one source or topic.

    Older choices count less, so these are no whole numbers.
    """

    kept: float = 0.0
    dropped: float = 0.0
    led: float = 0.0

    @property
    def leaning(self) -> float:
        """From -1 (always dropped) to 1 (always kept)."""
        yes = self.kept + 2 * self.led
        return (yes - self.dropped) / (yes + self.dropped + SMOOTHING)


@dataclass(frozen=True, slots=True)
class History:
    """The habits of this publication's editors: by source id and by topic in lower case."""

    sources: Mapping[int, Habit] = field(default_factory=lambda: MappingProxyType({}))
    topics: Mapping[str, Habit] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Week:
    """What one week's stories are scored by. Its window is [start, due).

    `clicks` says by source id how often people click its stories; the average source has 1.
    `series` has by source id when each pattern of its titles came (filler.py).
    `shown` are the ids of articles that are in the issue already.
    """

    start: datetime
    due: datetime
    weights: Weights = field(default_factory=Weights)
    history: History = field(default_factory=History)
    clicks: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    series: Mapping[int, Series] = field(default_factory=lambda: MappingProxyType({}))
    language: str = "en"
    shown: Set[int] = frozenset()
