"""Pure. One entry exactly as a source gave it, before we judge it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Plain text throughout; `published_at` is aware UTC, or None where the source did not say."""

    url: str
    title: str
    dek: str = ""
    author: str = ""
    published_at: datetime | None = None
    image_url: str = ""
    topics: tuple[str, ...] = ()
