"""Printing: an issue's rows through the press, into an edition that is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from newsletter.brands.themes import look_of_stored
from newsletter.editions.content import POLL, Content, ContentItem, Face
from newsletter.editions.marked import FORMAT
from newsletter.editions.models import Edition
from newsletter.editions.press import Printed, press
from newsletter.gathering.own_articles import page_urls
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import (
    KINDS,
    of_kind,
    read_blocks,
    read_issue,
    read_issue_to_change,
)
from newsletter.publications.models import Publication
from newsletter.publications.public_count import public_count
from newsletter.statements import add_and_flush
from newsletter.urls import Urls


def print_edition(
    session: Session,
    issue_id: int,
    urls: Urls,
    now: datetime,
) -> Edition:
    """Print an issue and keep the edition; what prints the same is the same edition."""
    # Locked: two who print at once keep one edition.
    read_issue_to_change(session, issue_id)
    _, printed = preview(session, issue_id, urls)
    # An approval names a checksum: what looks the same needs no second approval.
    same = edition_by_checksum(session, printed.checksum)
    return same or add_and_flush(session, _edition_of(issue_id, printed, now))


def preview(
    session: Session,
    issue_id: int,
    urls: Urls,
) -> tuple[Content, Printed]:
    """Print an issue and keep nothing."""
    content = _read_content(session, issue_id, urls)
    return content, press(content)


def edition_by_checksum(session: Session, checksum: str) -> Edition | None:
    """Return the edition of that checksum."""
    return session.exec(select(Edition).filter_by(checksum=checksum)).one_or_none()


def content_of(
    publication: Publication,
    issue: Issue,
    blocks: Sequence[Block],
    urls: Urls,
    own_pages: Mapping[str, str],
) -> Content:
    """Return the values that the press needs; dates are those of the publication's time zone.

    `own_pages` has the page here of each own article by its address.
    """
    display = _Display(publication.zone, own_pages)
    items = {kind: display.items(of_kind(blocks, kind)) for kind in KINDS}
    return Content(
        face=face_of(publication, urls, public_count(publication, issue.readers)),
        number=issue.number,
        date_label=display.long_day(issue.due_at),
        subject=issue.subject,
        preheader=issue.preheader,
        intro=issue.intro,
        # None is possible: a check blocks such an issue, but its editor wants to see it.
        lead=next(iter(items["lead"]), None),
        stories=items["stories"],
        brief=items["brief"],
        tools=items["tools"],
        similar=items["similar"],
        poll=POLL if publication.poll else None,
        is_extra=issue.is_extra,
    )


def face_of(
    publication: Publication,
    urls: Urls,
    readers_label: str = "",
) -> Face:
    """Return how a publication shows itself.

    An issue says by `readers_label` how many read it, if the publication likes that.
    """
    return Face(
        name=publication.name,
        tagline=publication.tagline,
        language=publication.language,
        url=urls.home(),
        subscribe_url=urls.home(),
        promote_url=publication.promote_url or urls.promote(),
        postal_address=publication.postal_address,
        readers_label=readers_label,
        look=look_of_stored(publication.look),
        pictures=urls.pictures(),
    )


def _read_content(
    session: Session,
    issue_id: int,
    urls: Urls,
) -> Content:
    issue = read_issue(session, issue_id)
    publication = session.get_one(Publication, issue.publication_id)
    blocks = read_blocks(session, issue_id)
    return content_of(
        publication,
        issue,
        blocks,
        urls,
        _own_pages(session, issue, blocks, urls),
    )


def _own_pages(
    session: Session,
    issue: Issue,
    blocks: Iterable[Block],
    urls: Urls,
) -> Mapping[str, str]:
    """Return the page here of each own article by its address."""
    articles = [block.article_id for block in blocks if block.article_id]
    return page_urls(session, issue.publication_id, articles, urls)


def _edition_of(
    issue_id: int,
    printed: Printed,
    now: datetime,
) -> Edition:
    return Edition(
        issue_id=issue_id,
        format=FORMAT,
        marker_code=printed.markers.code,
        subject=printed.subject,
        preheader=printed.preheader,
        html=printed.html,
        text=printed.text,
        links=list(printed.links),
        checksum=printed.checksum,
        printed_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Display:
    """How blocks are shown: with days in that zone, and own articles by their pages here."""

    zone: ZoneInfo
    own_pages: Mapping[str, str]

    def items(self, blocks: Iterable[Block]) -> tuple[ContentItem, ...]:
        return tuple(map(self._item, blocks))

    def long_day(self, at: datetime) -> str:
        """A day as an issue shows it: "7 May 2026"."""
        local = at.astimezone(self.zone)
        # Not %d, which writes "07 May".
        return f"{local.day} {local:%B %Y}"

    def _day(self, at: datetime | None) -> str:
        """A day as an item shows it: "7 May"."""
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        return f"{local.day} {local:%b}"

    def _item(self, block: Block) -> ContentItem:
        """Return what the press prints of a block."""
        return ContentItem(
            title=block.title,
            url=self.own_pages.get(block.url, block.url),
            text=block.text,
            source=block.source,
            date_label=self._day(block.published_at),
            image_url=block.image_url,
            price=block.price,
            tags=tuple(block.tags),
            label=block.label,
        )
