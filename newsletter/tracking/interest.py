"""What people click, as a value for ranking: how often they follow the stories of a source, against what is usual at that place.

A lead is clicked more than what stands in brief, and one issue more than another: so a story is measured by its share of its
issue's clicks, against the usual share of its kind.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.delivery.models import Delivery
from newsletter.editions.models import Edition
from newsletter.gathering.models import Sighting
from newsletter.gathering.own_articles import page_urls
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import STORY_KINDS
from newsletter.tracking.models import EventCount
from newsletter.tracking.robots import OPEN
from newsletter.urls import Urls

REMEMBERED = timedelta(weeks=12)
DOUBT = 20.0  # clicks: a source with no more of them is hardly told from the usual


@dataclass(frozen=True, slots=True)
class SentStory:
    """One story as it was sent: where it stood, people's clicks on it and on all stories of its issue, and who told it."""

    kind: str
    clicks: int
    of: int
    sources: tuple[int, ...]


def clicks_by_source(
    session: Session, publication_id: int, urls: Urls, now: datetime
) -> dict[int, float]:
    """Return how often people click the stories of each source, the usual being 1. By what has its verdict, of the last weeks."""
    sent = (
        select(Issue.id, Edition.id, Edition.links)
        .join(Delivery, col(Delivery.issue_id) == col(Issue.id))
        .join(Edition, col(Edition.id) == col(Delivery.edition_id))
        .where(
            col(Issue.publication_id) == publication_id,
            col(Delivery.planned_at) >= now - REMEMBERED,
            col(Delivery.tracking) != "off",
        )
    )
    stories: list[SentStory] = []
    for issue_id, edition_id, links in session.exec(sent).all():
        shown = session.exec(
            select(Block).where(col(Block.issue_id) == issue_id, col(Block.kind).in_(STORY_KINDS))
        ).all()
        here = page_urls(
            session, publication_id, [block.article_id for block in shown if block.article_id], urls
        )
        stories += _stories(session, shown, here, _clicks(session, edition_id or 0, links))
    return click_ratios(stories)


def click_ratios(stories: Sequence[SentStory]) -> dict[int, float]:
    """Return clicks against expected clicks by source; with few clicks it stays near 1."""
    shares: dict[str, list[float]] = defaultdict(list)
    for story in stories:
        if story.of:
            shares[story.kind].append(story.clicks / story.of)
    usual = {kind: sum(found) / len(found) for kind, found in shares.items()}
    clicks: dict[int, float] = defaultdict(float)
    expected: dict[int, float] = defaultdict(float)
    for story in stories:
        for source in story.sources if story.of else ():
            clicks[source] += story.clicks
            expected[source] += usual[story.kind] * story.of
    return {source: (clicks[source] + DOUBT) / (expected[source] + DOUBT) for source in clicks}


def _stories(
    session: Session, blocks: Sequence[Block], here: Mapping[str, str], clicks: Mapping[str, int]
) -> list[SentStory]:
    """An own article was printed with the address of its page `here`."""
    tellers: dict[int, list[int]] = defaultdict(list)
    articles = [block.article_id for block in blocks if block.article_id]
    for sighting in session.exec(
        select(Sighting)
        .where(col(Sighting.article_id).in_(articles))
        .order_by(col(Sighting.source_id))
    ).all():
        tellers[sighting.article_id].append(sighting.source_id)
    clicked = [clicks.get(here.get(block.url, block.url), 0) for block in blocks]
    return [
        SentStory(one.kind, own, sum(clicked), tuple(tellers[one.article_id or 0]))
        for one, own in zip(blocks, clicked, strict=True)
    ]


def _clicks(session: Session, edition_id: int, links: Sequence[str]) -> Mapping[str, int]:
    """People's clicks by the address that was printed."""
    query = (
        select(EventCount.link, func.sum(EventCount.count))
        .where(
            col(EventCount.edition_id) == edition_id,
            col(EventCount.verdict) == "",
            col(EventCount.link) != OPEN,
        )
        .group_by(col(EventCount.link))
    )
    return {
        links[link]: int(count) for link, count in session.exec(query).all() if link < len(links)
    }
