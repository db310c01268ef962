"""Pure. What a publication cares for when its stories are ranked, with the usual values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Weights:
    """Points that a term of a score gives at most, or takes.

    `topics` has factors 0..2 by topic in lower case; a topic without a factor has 1.
    """

    coverage: float = 70.0  # covered by several sources
    consequence: float = 24.0  # of the strongest families of news; others in proportion
    freshness: float = 8.0  # in the window at all: half; new at the deadline: whole
    source: float = 10.0  # of a source of weight 2
    genre: float = 30.0  # taken for a list of changes; a twentieth of it given for a laboratory
    topic: float = 12.0  # of a topic of weight 2; taken for one of weight 0
    length: float = 6.0  # there is something to read
    picture: float = 1.0
    history: float = 40.0  # what editors kept, dropped and made the lead
    clicks: float = 8.0  # what people clicked
    filler: float = 60.0  # taken: recurring posts, job ads, sponsored posts, round-ups
    lesson: float = 30.0  # taken: how-tos and case studies
    foreign: float = 60.0  # taken: told only in other languages than the publication's
    variety: float = 4.0  # taken: for a second story of one source; more for each further one
    floor: float = 5.0  # a lighter story is left out even where there is room
    topics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
