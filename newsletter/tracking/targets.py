"""Where the counted links of an edition lead, and whether what happens to them is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.models import Delivery
from newsletter.delivery.reading import delivery_of_issue
from newsletter.editions.models import Edition
from newsletter.editions.tracked import is_counted
from newsletter.errors import NotFound, Refused
from newsletter.publications.fields.checks import TRACKING_MODES
from newsletter.publications.models import Publication
from newsletter.tracking.models import Repointing

MOST_CHARS = 2000


class NoLink(NotFound):
    """There is no such link in this issue."""

    hint = "`newsletter issue figures N` numbers those there are."


class BadTarget(Refused):
    """A link leads to a whole web address, like https://example.com/story."""


class NotCounted(Refused):
    """The letters of this issue carry the address itself, not a link of ours, so it cannot be
    pointed elsewhere any more.
    """


@dataclass(frozen=True, slots=True)
class LinkTargets:
    """The addresses by place, and the mode in which events are kept.

    The mode is the delivery's, or the publication's where that keeps less.
    """

    urls: tuple[str, ...]
    mode: str


def read_targets(session: Session, edition_id: int) -> LinkTargets:
    """Return where the links of an edition lead now. Raises NoLink if there is no such edition."""
    edition = session.get(Edition, edition_id)
    if edition is None:
        raise NoLink
    return LinkTargets(_urls_now(session, edition), _mode(session, edition_id))


def repointings(session: Session, edition_id: int) -> Sequence[Repointing]:
    """Return what was pointed elsewhere, oldest first."""
    return session.exec(
        select(Repointing).filter_by(edition_id=edition_id).order_by(col(Repointing.id))
    ).all()


def repoint(
    session: Session,
    issue_id: int,
    link: int,
    url: str,
    *,
    by: str,
    now: datetime,
) -> Repointing:
    """Point a link of the letters of an issue elsewhere, also of those already sent.

    `link` is its place in the links table, `by` the editor's address. Raises NoLink, BadTarget or
    NotCounted.
    """
    delivery = delivery_of_issue(session, issue_id)
    if delivery is None:
        raise NoLink
    repointing = Repointing(
        edition_id=delivery.edition_id,
        link=link,
        url_from=_counted_link(session, delivery, link),
        url_to=_checked(url),
        by=by,
        at=now,
    )
    session.add(repointing)
    session.flush()
    return repointing


def _urls_now(session: Session, edition: Edition) -> tuple[str, ...]:
    """Where the links of an edition lead now, by place."""
    urls = list(edition.links)
    # Oldest first: the last order for a link holds.
    for repointing in repointings(session, edition.key):
        urls[repointing.link] = repointing.url_to
    return tuple(urls)


def _mode(session: Session, edition_id: int) -> str:
    """Return how events of an edition are kept now."""
    delivery = session.exec(_delivery_of(edition_id)).one_or_none()
    if delivery is None:
        return "off"
    publication = session.get_one(Publication, delivery.publication_id)
    # Who wants to know less from now on wants it of letters already sent, too.
    return min(delivery.tracking, publication.tracking, key=TRACKING_MODES.index)


def _delivery_of(edition_id: int) -> SelectOfScalar[Delivery]:
    return select(Delivery).filter_by(edition_id=edition_id)


def _counted_link(
    session: Session,
    delivery: Delivery,
    link: int,
) -> str:
    """Return where a link leads now. Raises NoLink or NotCounted."""
    url = _url_at(link, read_targets(session, delivery.edition_id).urls)
    # A letter that was sent with the address itself does not ask us.
    if delivery.tracking == "off" or not is_counted(url):
        raise NotCounted
    return url


def _url_at(place: int, urls: Sequence[str]) -> str:
    """Raises NoLink."""
    if not 0 <= place < len(urls):
        raise NoLink
    return urls[place]


def _checked(url: str) -> str:
    """Return the address. Raises BadTarget."""
    bare = url.strip()
    if not _is_plain(bare) or not _is_web_address(bare):
        raise BadTarget
    return bare


def _is_plain(url: str) -> bool:
    # A space or a line end would let the address add to the headers of our answer.
    return len(url) <= MOST_CHARS and url.isprintable() and " " not in url


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    # A name before an @ looks like the host and is not: forgers write that.
    return parts.scheme in ("http", "https") and has_host and "@" not in parts.netloc
