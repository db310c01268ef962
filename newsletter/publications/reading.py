"""Reading publications."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from newsletter.publications.models import Publication


class NoPublication(NotFound):
    """There is no publication yet."""

    hint = "`newsletter init` makes one."


def only_publication(session: Session) -> Publication:
    """Return the publication of this installation, the first one made; raises NoPublication."""
    query = select(Publication).order_by(col(Publication.id)).limit(1)
    publication = session.exec(query).one_or_none()
    if publication is None:
        raise NoPublication
    return publication


def all_publications(session: Session) -> Sequence[Publication]:
    """Return all publications, oldest first."""
    return session.exec(select(Publication).order_by(col(Publication.id))).all()


def read_publication(session: Session, publication_id: int) -> Publication:
    """Return one publication; raises NoPublication."""
    publication = session.get(Publication, publication_id)
    if publication is None:
        raise NoPublication
    return publication
