"""Figures of an issue: what was sent, opened and clicked, by people and robots, and who left by it.

People are "at least": who loads no pictures, or reads without following a link, is not seen. What
came in the last minutes is judged by what is known of it so far.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery
from newsletter.delivery.reading import delivery_of_issue
from newsletter.editions.models import Edition
from newsletter.editions.tracked import is_counted
from newsletter.tracking.judging import events_to_judge, judge_events
from newsletter.tracking.models import Event, Repointing
from newsletter.tracking.robots import OPEN
from newsletter.tracking.settling import Tally, cap_people, count_gone, read_counts
from newsletter.tracking.targets import repointings
from subscribers.models import Leave

MOST_WAITING = 20_000  # events that a page of figures judges by itself


@dataclass(frozen=True, slots=True)
class EventTotals:
    """How many events, by people (at least) and by robots."""

    people: int
    robots: int


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """One link of the letters: its place in the links table, and where it leads now.

    `sent_url` is where it led when it was sent, if it was pointed elsewhere since, else "".
    """

    place: int
    url: str
    sent_url: str
    clicks: EventTotals
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one issue.

    `tracking` is that of its letters. `unjudged` events are so many that they are counted later.
    """

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
    delivery = delivery_of_issue(session, issue_id)
    if delivery is None:
        return None
    return _figures_of(session, delivery)


def _figures_of(session: Session, delivery: Delivery) -> Figures:
    """Read the figures of what a delivery sent."""
    ledger = read_ledger(session, delivery.key)
    edition = session.get_one(Edition, delivery.edition_id)
    tally, unjudged = _tally(session, delivery.edition_id, count_gone(ledger))
    repointed = repointings(session, delivery.edition_id)
    return Figures(
        tracking=delivery.tracking,
        sent=ledger.messages.get("accepted", 0),
        recipients=ledger.recipients,
        opens=_totals(tally, {OPEN}),
        clicks=_totals(tally, _links_in(tally)),
        links=_links(edition, tally, repointed),
        robots=_robots(tally),
        leaves=_leaves(session, delivery),
        unjudged=unjudged,
        repointed=tuple(repointed),
    )


def _tally(session: Session, edition_id: int, gone: int) -> tuple[Tally, int]:
    """Add up the events: those that were settled, and the verdicts so far on the others.

    No link has more people than letters have `gone` out. If the others are too many, they are left
    out, and their number is returned beside the tally.
    """
    # Events are in one of the two: settling counts one and gives it its verdict in one transaction.
    tally = read_counts(session, edition_id)
    unjudged = _count_unjudged(session, edition_id)
    if unjudged > MOST_WAITING:
        return tally, unjudged
    tally.update(cap_people(Counter(_verdicts_so_far(session, edition_id)), tally, gone))
    return tally, 0


def _count_unjudged(session: Session, edition_id: int) -> int:
    """Count the events that have no verdict."""
    query = select(func.count()).select_from(Event)
    return session.exec(query.filter_by(verdict=None, edition_id=edition_id)).one()


def _verdicts_so_far(session: Session, edition_id: int) -> Iterable[tuple[int, str]]:
    """The link and the verdict of each event that was not settled."""
    events = events_to_judge(session, edition_id, MOST_WAITING)
    verdicts = judge_events(session, edition_id, events)
    return zip((event.link for event in events), verdicts, strict=True)


def _totals(tally: Tally, links: set[int]) -> EventTotals:
    """Add up people and robots of some links."""
    people = 0
    robots = 0
    for (link, verdict), count in tally.items():
        if link not in links:
            continue
        if verdict:
            robots += count
        else:
            people += count
    return EventTotals(people, robots)


def _links_in(tally: Tally) -> set[int]:
    """The places of links that were clicked."""
    return {link for link, _ in tally} - {OPEN}


def _links(
    edition: Edition,
    tally: Tally,
    repointed: Sequence[Repointing],
) -> tuple[LinkFigures, ...]:
    """Return the figures of each link in print order."""
    urls_now = _urls_by_place(repointed)
    return tuple(
        _link_figures(place, url, urls_now.get(place), tally)
        for place, url in enumerate(edition.links)
    )


def _urls_by_place(repointed: Sequence[Repointing]) -> Mapping[int, str]:
    # Oldest first, so that the last one of a link holds.
    return {repointing.link: repointing.url_to for repointing in repointed}


def _link_figures(
    place: int,
    url: str,
    url_now: str | None,
    tally: Tally,
) -> LinkFigures:
    return LinkFigures(
        place,
        url_now or url,
        url if url_now else "",
        _totals(tally, {place}),
        is_counted(url),
    )


def _robots(tally: Tally) -> dict[str, int]:
    """What gave robots away, the most frequent first."""
    # Opens and clicks together: what gives a robot away is the same for both.
    robots: Counter[str] = Counter()
    for (_, verdict), count in tally.items():
        if verdict:
            robots[verdict] += count
    return dict(robots.most_common())


def _leaves(session: Session, delivery: Delivery) -> dict[str, int]:
    """How many left by an issue, by path; who took it back did not."""
    query = select(Leave.by, func.count()).filter_by(
        publication_id=delivery.publication_id,
        issue_id=delivery.issue_id,
        status="obeyed",
    )
    return dict(session.exec(query.group_by(col(Leave.by)).order_by(col(Leave.by))).all())
