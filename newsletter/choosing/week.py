"""Pure. A week: what its stories are scored by."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from newsletter.choosing.filler import Series
from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.voices.habits import NO_HISTORY, History
from newsletter.choosing.weights import Weights


@dataclass(frozen=True, slots=True)
class Week:
    """What one week's stories are scored by. Its window is [start, due).

    `history` has the habits of the editors.
    `clicks` says by source id how often people click its stories; the average source has 1.
    `series` has by source id when each pattern of its titles came (filler.py).
    `shown` are the ids of articles that are in the issue already. `cues_are_heard` is False where
    the cues know so little of the week's news that their silence says nothing.
    """

    start: datetime
    due: datetime
    weights: Weights = field(default_factory=Weights)
    history: History = field(default_factory=lambda: NO_HISTORY)
    clicks: Mapping[int, float] = field(default_factory=lambda: MappingProxyType({}))
    series: Mapping[int, Series] = field(default_factory=lambda: MappingProxyType({}))
    language: str = "en"
    cues: NewsCues = field(default_factory=usual_cues)
    shown: Set[int] = frozenset()
    cues_are_heard: bool = True
