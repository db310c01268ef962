"""Reading publications."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from newsletter.errors import NotFound, Refused
from newsletter.publications.models import Publication
from newsletter.statements import locked


class NoPublication(NotFound):
    """There is no publication yet."""

    hint = "`newsletter init` makes one."


class UnknownPublication(NotFound):
    """There is no publication of that name."""


class NotNamed(Refused):
    """This installation has several publications, and none was named."""


def first_publication(session: Session) -> Publication:
    """Return the publication that was made first, whose pages are at the installation's own
    address; raises NoPublication."""
    query = select(Publication).order_by(col(Publication.id)).limit(1)
    return _existing(session.exec(query).one_or_none())


def all_publications(session: Session) -> Sequence[Publication]:
    """Return all publications, oldest first."""
    return session.exec(select(Publication).order_by(col(Publication.id))).all()


def chosen_publication(
    session: Session,
    slug: str,
) -> Publication:
    """Return the publication of that slug; with "" the only one there is.

    Raises NoPublication, UnknownPublication, or NotNamed if there are several to choose from.
    """
    first_publication(session)
    everyone = all_publications(session)
    named = [each for each in everyone if each.slug == slug] if slug else everyone
    if len(named) == 1:
        return named[0]
    slugs = ", ".join(each.slug for each in everyone)
    if slug:
        raise UnknownPublication(f"{UnknownPublication.__doc__} There are: {slugs}.")
    raise NotNamed(
        f"{NotNamed.__doc__} Write --publication SLUG before the command, or set "
        f"NEWSLETTER_PUBLICATION. There are: {slugs}."
    )


def read_publication(
    session: Session,
    publication_id: int,
) -> Publication:
    """Return one publication; raises NoPublication."""
    return _existing(session.get(Publication, publication_id))


def read_publication_to_change(
    session: Session,
    publication_id: int,
) -> Publication:
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
