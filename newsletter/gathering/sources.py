"""Sources: adding, listing and retiring them."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.gathering.models import Source


class NotAnAddress(Refused):
    """A source is an http or https address, like https://example.org/feed.xml."""


class KnownSource(Conflict):
    """That source is there already. `newsletter source list` shows it."""


class NoSource(NotFound):
    """There is no such source. `newsletter source list` shows those there are."""


def add(session: Session, publication_id: int, url: str, title: str = "", weight: float = 1.0) -> Source:
    """Add a feed. Raises NotAnAddress or KnownSource."""
    if not url.startswith(("http://", "https://")):
        raise NotAnAddress
    known = select(Source.id).where(col(Source.publication_id) == publication_id, col(Source.url) == url)
    if session.exec(known).first() is not None:
        raise KnownSource
    source = Source(publication_id=publication_id, url=url, title=title, weight=min(2.0, max(0.0, weight)))
    session.add(source)
    session.flush()
    return source


def every(session: Session, publication_id: int) -> Sequence[Source]:
    """Return the sources of a publication, in the order in which they were added."""
    return session.exec(select(Source).where(col(Source.publication_id) == publication_id).order_by(col(Source.id))).all()


def retire(session: Session, source_id: int) -> Source:
    """Read a source no more; its articles stay."""
    source = session.get(Source, source_id)
    if source is None:
        raise NoSource
    source.status = "retired"
    session.flush()
    return source
