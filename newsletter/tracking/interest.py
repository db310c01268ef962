"""What people click, as a value for ranking: how often they follow the stories of a source.

A lead is clicked more than a brief story, and one issue more than another. So a story is measured
by its share of its issue's clicks, against the usual share of its kind.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from typing import NamedTuple

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.delivery.models import Delivery
from newsletter.editions.models import Edition
from newsletter.gathering.models import Sighting
from newsletter.gathering.own_articles import page_urls
from newsletter.issues.models import STORY_KINDS, Block, Issue
from newsletter.tracking.models import EventCount
from newsletter.tracking.robots import OPEN
from newsletter.urls import Urls

REMEMBERED = timedelta(weeks=12)
# Added to both sides of a ratio, so that few clicks move it little.
DOUBT = 20.0  # clicks: a source with no more of them can hardly be called liked or disliked
# A link weighs no more than so many times the third most clicked of its issue, and DOUBT. What is
# above that may be a storm that nobody knew for one; on two links it cannot lift its own limit.
MOST_TIMES = 4

Clicks = Mapping[int, float]  # by source


@dataclass(frozen=True, slots=True)
class SentStory:
    """One story as it was sent.

    `kind` is its place in the issue; `clicks` are people's clicks on it, `of` those on all stories
    of its issue; `sources` are those that reported it.
    """

    kind: str
    clicks: int
    of: int
    sources: tuple[int, ...]


class _Sent(NamedTuple):
    """What is needed of a sent edition: not its HTML, which is large."""

    issue_id: int
    edition_id: int
    links: Sequence[str]


def clicks_by_source(
    session: Session,
    publication_id: int,
    urls: Urls,
    now: datetime,
) -> Clicks:
    """Return how often people click the stories of each source, the usual being 1.

    It counts clicks that have their verdict, of the last twelve weeks.
    """
    stories: list[SentStory] = []
    for sent in _sent_editions(session, publication_id, now):
        stories += _stories_of(session, publication_id, sent, urls)
    return click_ratios(stories)


def click_ratios(stories: Sequence[SentStory]) -> Clicks:
    """Return clicks against expected clicks by source; with few clicks it stays near 1."""
    # An issue without clicks has no shares.
    clicked = [story for story in stories if story.of]
    clicks = _sum_by_source(clicked, lambda story: story.clicks)
    expected = _expected_clicks(clicked)
    return {source: (clicks[source] + DOUBT) / (expected[source] + DOUBT) for source in clicks}


def cap_clicks(counts: Sequence[int]) -> list[int]:
    """Return the clicks on each of an issue's links as they may weigh in a choice."""
    # Of two links the less clicked one says what is usual, of one link nothing does.
    third = min(nlargest(3, counts)) if len(counts) > 1 else 0
    return [min(count, round(MOST_TIMES * third + DOUBT)) for count in counts]


def _expected_clicks(stories: Sequence[SentStory]) -> Clicks:
    """The clicks of each source if its stories had the usual share of their kind."""
    usual = _usual_shares(stories)
    return _sum_by_source(stories, lambda story: usual[story.kind] * story.of)


def _sum_by_source(
    stories: Iterable[SentStory],
    value: Callable[[SentStory], float],
) -> Clicks:
    """Add up a value of stories by the sources that reported them."""
    sums: dict[int, float] = defaultdict(float)
    for story in stories:
        # A story counts in full for each source that reported it.
        for source in story.sources:
            sums[source] += value(story)
    return sums


def _usual_shares(stories: Iterable[SentStory]) -> dict[str, float]:
    """The mean share of its issue's clicks that a story of each kind has."""
    shares = _shares_by_kind(stories)
    return {kind: sum(found) / len(found) for kind, found in shares.items()}


def _shares_by_kind(stories: Iterable[SentStory]) -> Mapping[str, Sequence[float]]:
    shares: dict[str, list[float]] = defaultdict(list)
    for story in stories:
        shares[story.kind].append(story.clicks / story.of)
    return shares


def _sent_editions(
    session: Session,
    publication_id: int,
    now: datetime,
) -> list[_Sent]:
    """Return what was sent in the last twelve weeks and counted."""
    return [_Sent(*row) for row in session.exec(_counted_since(publication_id, now - REMEMBERED))]


def _counted_since(publication_id: int, start: datetime) -> Select[int, int, Sequence[str]]:
    """Select the columns of _Sent."""
    query = select(Delivery.issue_id, Delivery.edition_id, Edition.links)
    query = query.join(Issue, col(Issue.id) == col(Delivery.issue_id))
    query = query.join(Edition, col(Edition.id) == col(Delivery.edition_id))
    return query.where(
        col(Issue.publication_id) == publication_id,
        col(Delivery.planned_at) >= start,
        col(Delivery.tracking) != "off",
    )


def _stories_of(
    session: Session,
    publication_id: int,
    sent: _Sent,
    urls: Urls,
) -> list[SentStory]:
    """Return the stories of one issue with their clicks."""
    blocks = _story_blocks(session, sent.issue_id)
    articles = [block.article_id for block in blocks if block.article_id]
    own_pages = page_urls(session, publication_id, articles, urls)
    clicks = _clicks(session, sent)
    counts = cap_clicks([clicks.get(url, 0) for url in _printed_urls(blocks, own_pages)])
    return _stories(blocks, counts, _sources_of(session, articles))


def _story_blocks(session: Session, issue_id: int) -> Sequence[Block]:
    """Return the blocks of an issue that are stories."""
    query = select(Block).filter_by(issue_id=issue_id).where(col(Block.kind).in_(STORY_KINDS))
    return session.exec(query).all()


def _printed_urls(blocks: Sequence[Block], own_pages: Mapping[str, str]) -> Sequence[str]:
    # An own article was printed with the address of its page here.
    return [own_pages.get(block.url, block.url) for block in blocks]


def _sources_of(session: Session, articles: Sequence[int]) -> Mapping[int, list[int]]:
    """The sources that show each of these articles."""
    sources: dict[int, list[int]] = defaultdict(list)
    for sighting in session.exec(_sightings_of(articles)):
        sources[sighting.article_id].append(sighting.source_id)
    return sources


def _sightings_of(articles: Sequence[int]) -> SelectOfScalar[Sighting]:
    return (
        select(Sighting)
        .where(col(Sighting.article_id).in_(articles))
        .order_by(col(Sighting.source_id))
    )


def _stories(
    blocks: Sequence[Block],
    counts: Sequence[int],
    sources: Mapping[int, list[int]],
) -> list[SentStory]:
    """Join each block with its clicks and its sources."""
    total = sum(counts)
    return [
        SentStory(
            block.kind,
            count,
            total,
            tuple(sources.get(block.article_id or 0, ())),
        )
        for block, count in zip(blocks, counts, strict=True)
    ]


def _clicks(session: Session, sent: _Sent) -> Mapping[str, int]:
    """People's clicks by the address that was printed."""
    # The hidden link has the place after the last: no address was printed for it.
    return {
        sent.links[link]: int(count)
        for link, count in session.exec(_clicks_by_link(sent.edition_id))
        if link < len(sent.links)
    }


def _clicks_by_link(edition_id: int) -> Select[int, int]:
    query = select(EventCount.link, func.sum(EventCount.count)).where(
        EventCount.edition_id == edition_id,
        EventCount.verdict == "",
        EventCount.link != OPEN,
    )
    return query.group_by(col(EventCount.link))
