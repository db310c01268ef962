"""Figures of an issue: what was sent, opened and clicked, by people and by robots, and who left by it.

People are "at least": who loads no pictures, or reads without following a link, is not seen. What came in the last minutes is
judged by what is known of it so far.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery
from newsletter.editions.models import Edition
from newsletter.editions.tracked import is_counted
from newsletter.tracking.models import Event, EventCount, Repointing
from newsletter.tracking.robots import OPEN
from newsletter.tracking.settling import events_to_judge, judge_events
from newsletter.tracking.targets import repointings
from subscribers.models import Leave

MOST_WAITING = 20_000


@dataclass(frozen=True, slots=True)
class EventTotals:
    """How many events, by people (at least) and by robots."""

    people: int
    robots: int


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """One link of the letters: its place, where it leads now, and where it led when it was sent, if it was pointed elsewhere."""

    place: int
    url: str
    sent_url: str
    clicks: EventTotals
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one issue. `tracking` is that of its letters; `unjudged` events are so many that they are counted later."""

    tracking: str
    sent: int
    recipients: int
    opens: EventTotals
    clicks: EventTotals
    links: tuple[LinkFigures, ...]
    robots: Mapping[str, int]  # clicks and opens by what gave the robot away
    leaves: Mapping[str, int]  # by path: one-click, link, …
    unjudged: int
    repointed: tuple[Repointing, ...]


def read_figures(session: Session, issue_id: int) -> Figures | None:
    """Return the figures of an issue, or None if nothing of it was sent."""
    delivery = session.exec(
        select(Delivery).where(col(Delivery.issue_id) == issue_id)
    ).one_or_none()
    if delivery is None:
        return None
    ledger = read_ledger(session, delivery.key)
    edition = session.get_one(Edition, delivery.edition_id)
    tally, unjudged = _tally(session, delivery.edition_id)
    moved = repointings(session, delivery.edition_id)
    now_at = {one.link: one.url_to for one in moved}
    links = tuple(
        LinkFigures(
            place,
            now_at.get(place, url),
            url if place in now_at else "",
            _counted(tally, {place}),
            is_counted(url),
        )
        for place, url in enumerate(edition.links)
    )
    robots = Counter({verdict: 0 for _, verdict in tally if verdict})
    for (_, verdict), count in tally.items():
        if verdict:
            robots[verdict] += count
    return Figures(
        tracking=delivery.tracking,
        sent=ledger.messages.get("accepted", 0),
        recipients=ledger.recipients,
        opens=_counted(tally, {OPEN}),
        clicks=_counted(tally, {link for link, _ in tally} - {OPEN}),
        links=links,
        robots=dict(robots.most_common()),
        leaves=_leaves(session, delivery.publication_id, issue_id),
        unjudged=unjudged,
        repointed=tuple(moved),
    )


def _tally(session: Session, edition_id: int) -> tuple[Counter[tuple[int, str]], int]:
    """What was added up, and the verdicts so far on what was not. Where that is too much, its number only."""
    rows = session.exec(select(EventCount).where(col(EventCount.edition_id) == edition_id)).all()
    tally = Counter({(row.link, row.verdict): row.count for row in rows})
    open_ones = select(func.count()).where(
        col(Event.verdict).is_(None), col(Event.edition_id) == edition_id
    )
    unjudged = session.exec(open_ones).one()
    if unjudged > MOST_WAITING:
        return tally, unjudged
    seen = events_to_judge(session, edition_id, MOST_WAITING)
    tally.update(
        zip((one.link for one in seen), judge_events(session, edition_id, seen), strict=True)
    )
    return tally, 0


def _counted(tally: Mapping[tuple[int, str], int], links: set[int]) -> EventTotals:
    people = sum(count for (link, verdict), count in tally.items() if link in links and not verdict)
    robots = sum(count for (link, verdict), count in tally.items() if link in links and verdict)
    return EventTotals(people, robots)


def _leaves(session: Session, publication_id: int, issue_id: int) -> dict[str, int]:
    """How many left by this issue, by path; who took it back did not."""
    query = (
        select(Leave.by, func.count())
        .where(
            col(Leave.publication_id) == publication_id,
            col(Leave.issue_id) == issue_id,
            col(Leave.status) == "obeyed",
        )
        .group_by(col(Leave.by))
    )
    return dict(session.exec(query.order_by(col(Leave.by))).all())
