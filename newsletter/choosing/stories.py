"""Pure. An article as one or more sources told it: what folding, ranking and wording look at."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """A source, as far as it matters for choosing; `weight` is 0..2."""

    id: int
    name: str
    weight: float = 1.0
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One article. `voices` are the sources that show it, heaviest first; `words` is 0 if only the dek is known."""

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
