"""Pure. Reports and the sources that show them: what folding, ranking and wording look at.

A story is a group of reports of one event.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """A source, as far as it matters for choosing. `weight` is 0..2, and 1 for a usual source.

    `firm` is who it speaks for, `genre` what it is (voices/genres.py); "" where nobody knows.
    `languages` are other ones than the publication's that an editor allows it.
    """

    id: int
    name: str
    weight: float = 1.0
    is_own: bool = False
    firm: str = ""
    genre: str = ""
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Report:
    """One article as it is chosen.

    `voices` are the sources that show it, heaviest first, never none. `words` is 0 if only the dek
    is known. `published_at` is aware. `firm` is whose address it has, "" for nobody's.
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
    firm: str = ""

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
