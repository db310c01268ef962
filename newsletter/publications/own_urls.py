"""Where each publication's pages are: its own URL, and those that it had before."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from sqlmodel import Session, col, delete, select

from newsletter.errors import Conflict, Refused
from newsletter.publications.models import FormerUrl, Publication
from newsletter.publications.reading import all_publications, read_publication_to_change

PATH = re.compile(r"/[a-z0-9][a-z0-9-]{0,59}")
USUAL_PORTS = {"http": ":80", "https": ":443"}
HOST = re.compile(r"https?://(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(:\d{1,5})?")
# The first words of the paths of our own pages: a publication there would hide them.
RESERVED = frozenset(
    (
        *("address", "api", "archive", "articles", "atom.xml", "back", "badge", "brand"),
        *("brand.css", "c", "confirm", "desk", "embed", "feed.json", "feed.xml", "health"),
        *("leave", "link", "mine", "o", "p", "preferences", "promote", "robots.txt"),
        *("sitemap.xml", "static", "stay", "stop", "subscribe", "tools", "vote", "welcome"),
    )
)


class BadOwnUrl(Refused):
    """A publication's pages are at a path of one word like /ai-weekly, or at a host of their own
    like https://ai.example."""


class UrlTaken(Conflict):
    """Another publication has that address, or had it: links in its letters lead there."""


class FirstStays(Refused):
    """The first publication is where public_url says. Change that setting to move it."""


def read_own_url(typed: str, public_url: str) -> str:
    """Return an own URL as it is stored. Raises BadOwnUrl."""
    url = typed.strip().lower().rstrip("/")
    is_path = PATH.fullmatch(url) is not None and url[1:] not in RESERVED
    if is_path or (HOST.fullmatch(url) and host_of(url) != host_of(public_url)):
        return url
    raise BadOwnUrl


def host_of(url: str) -> str:
    """Return the host of a URL as a browser names it: without the usual port.

    "" for a path, and for what is no host: a request may name anything.
    """
    try:
        parts = urlsplit(url.lower())
    except ValueError:  # a bracket without its fellow
        return ""
    return parts.netloc.removesuffix(USUAL_PORTS.get(parts.scheme, ""))


def require_free(
    session: Session,
    url: str,
    publication_id: int = 0,
) -> None:
    """Raise UrlTaken if another publication is there, or was."""
    owners = [each.key for each in all_publications(session) if each.own_url == url]
    owners += session.exec(select(FormerUrl.publication_id).filter_by(url=url)).all()
    if any(owner != publication_id for owner in owners):
        raise UrlTaken


def move(
    session: Session,
    publication_id: int,
    typed: str,
    public_url: str,
) -> Publication:
    """Move a publication's pages. Links to where they were lead on.

    Raises FirstStays, BadOwnUrl or UrlTaken.
    """
    publication = read_publication_to_change(session, publication_id)
    if not publication.own_url:
        raise FirstStays
    url = read_own_url(typed, public_url)
    require_free(session, url, publication_id)
    if url != publication.own_url:
        _note_former(session, publication, url)
        publication.own_url = url
        session.flush()
    return publication


def former_urls(session: Session) -> Sequence[FormerUrl]:
    """Return where publications were, the oldest first."""
    return session.exec(select(FormerUrl).order_by(col(FormerUrl.id))).all()


def _note_former(session: Session, publication: Publication, url: str) -> None:
    """Note the present URL as a former one; the new one is none any more."""
    session.exec(delete(FormerUrl).where(col(FormerUrl.url) == url))
    session.add(FormerUrl(publication_id=publication.key, url=publication.own_url))
