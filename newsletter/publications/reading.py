"""Reading publications."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from newsletter.publications.models import Publication
from newsletter.statements import locked


class NoPublication(NotFound):
    """There is no publication yet."""

    hint = "`newsletter init` makes one."


def only_publication(session: Session) -> Publication:
    """Return the publication of this installation, the first one made; raises NoPublication."""
    query = select(Publication).order_by(col(Publication.id)).limit(1)
    return _existing(session.exec(query).one_or_none())


def all_publications(session: Session) -> Sequence[Publication]:
    """Return all publications, oldest first."""
    return session.exec(select(Publication).order_by(col(Publication.id))).all()


def read_publication(session: Session, publication_id: int) -> Publication:
    """Return one publication; raises NoPublication."""
    return _existing(session.get(Publication, publication_id))


def read_publication_to_change(session: Session, publication_id: int) -> Publication:
    """Return a publication as it is now, and lock its row until the transaction ends.

    Raises NoPublication.
    """
    query = select(Publication).filter_by(id=publication_id)
    return _existing(session.exec(locked(query)).one_or_none())


def _existing(publication: Publication | None) -> Publication:
    if publication is None:
        raise NoPublication
    return publication


def has_several(session: Session) -> bool:
    """True if there is more than one publication here."""
    return len(session.exec(select(Publication.id).limit(2)).all()) > 1
