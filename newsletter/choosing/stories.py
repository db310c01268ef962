"""Pure. Reports and the sources that show them: what folding, ranking and wording look at.

A story is a group of reports of one event.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """A source, as far as it matters for choosing. `weight` is 0..2, and 1 for a usual source."""

    id: int
    name: str
    weight: float = 1.0
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One article as it is chosen.

    `voices` are the sources that show it, heaviest first, never none. `words` is 0 if only the dek
    is known. `published_at` is aware.
    """

    id: int
    title: str
    dek: str
    url: str
    published_at: datetime
    voices: tuple[Voice, ...]
    topics: tuple[str, ...] = ()
    words: int = 0
    image_url: str = ""
    language: str = ""

    @property
    def source(self) -> str:
        return self.voices[0].name

    @property
    def weight(self) -> float:
        return self.voices[0].weight

    @property
    def is_own(self) -> bool:
        """True if the publication's own source is among those that show it."""
        return any(voice.is_own for voice in self.voices)
