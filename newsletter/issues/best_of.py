"""The monthly best-of: a real issue made of what the month's issues told, for those who wish for no other.

What counts is what people clicked and what editors did with their hands; it repeats on purpose what was told before, and takes
nothing from the weekly issues: their window, their candidates and the turns of tools do not know it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from newsletter.gathering.own_articles import page_urls
from newsletter.issues import choices
from newsletter.issues.blocks import keep_order
from newsletter.issues.featuring import best_tools
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import STORY_KINDS, read_blocks
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from subscribers.audiences.evaluating import count_active

CLICKS, LEAD, BY_HAND = (
    60.0,
    25.0,
    15.0,
)  # points: for the most clicked story, for a lead, for what a hand kept or made the lead
COPIED = ("article_id", "title", "text", "url", "source", "image_url", "published_at")


@dataclass(frozen=True, slots=True)
class BestStory:
    """A story of the month's issues, and why it comes again."""

    block: Block
    points: float
    reasons: tuple[str, ...]


def month_of(publication: Publication, month: date) -> tuple[datetime, datetime]:
    """Return when a month (its first day) begins and ends in the publication's own zone."""
    zone = ZoneInfo(publication.cadence.split()[-1])
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime.combine(month, time(), zone), datetime.combine(following, time(), zone)


def sent_in(session: Session, publication: Publication, month: date) -> Sequence[Issue]:
    """Return the issues for all readers that were sent in a month, oldest first."""
    start, end = month_of(publication, month)
    query = select(Issue).where(
        col(Issue.publication_id) == publication.id,
        col(Issue.status) == "sent",
        col(Issue.frequency) == "every",
    )
    return session.exec(
        query.where(col(Issue.sent_at) >= start, col(Issue.sent_at) < end).order_by(
            col(Issue.number)
        )
    ).all()


def period_of(month: date) -> str:
    """Return what names the best-of of a month among the issues, so that there is one."""
    return f"best of {month:%Y-%m}"


def propose_monthly(
    session: Session,
    publication: Publication,
    month: date,
    *,
    due_at: datetime,
    clicks: Mapping[str, int],
    urls: Urls,
    now: datetime,
) -> Issue | None:
    """Propose the best of a month; None if there is one, or if the month had fewer stories than a thin week has.

    `clicks` has how often people followed each address of the month's letters.
    """
    known = select(Issue.id).where(
        col(Issue.publication_id) == publication.id, col(Issue.period) == period_of(month)
    )
    if session.exec(known).first() is not None:
        return None
    sent = sent_in(session, publication, month)
    best = _best(session, publication, sent, clicks, urls)[
        : 1 + publication.rows + publication.compact
    ]
    if len(best) < publication.thin_stories:
        return None
    start, end = month_of(publication, month)
    last = session.exec(
        select(func.max(Issue.number)).where(col(Issue.publication_id) == publication.id)
    ).one()
    issue = Issue(
        publication_id=publication.key,
        number=(last or 0) + 1,
        period=period_of(month),
        frequency="monthly",
        status="proposed",
        subject=f"The best of {month:%B}: {best[0].block.title}"[:200],
        preheader="; ".join(one.block.title for one in best[1:3])[:300],
        intro=f"What readers opened and editors chose in {month:%B %Y}: {len(best)} stories from {len(sent)} issues.",
        window_from=start,
        window_to=end,
        due_at=due_at,
        proposed_at=now,
        readers=count_active(session, publication.key),
    )
    session.add(issue)
    session.flush()
    order = [_again(issue, one) for one in best]
    keep_order(order, publication.rows)
    session.add_all([*order, *best_tools(session, publication, issue, sent, clicks)])
    session.flush()
    return issue


def _best(
    session: Session,
    publication: Publication,
    sent: Sequence[Issue],
    clicks: Mapping[str, int],
    urls: Urls,
) -> list[BestStory]:
    """The stories of these issues, best first; of equal ones the later, then the one that stood higher."""
    found: dict[str, BestStory] = {}
    for issue in sent:
        shown = [block for block in read_blocks(session, issue.key) if block.kind in STORY_KINDS]
        here = page_urls(
            session,
            publication.key,
            [block.article_id for block in shown if block.article_id],
            urls,
        )
        by_hand = {
            one.article_id
            for one in choices.of_issue(session, issue.key)
            if one.kind in ("kept", "lead")
        }
        for block in shown:
            told = _told(
                block,
                issue,
                clicks.get(here.get(block.url, block.url), 0),
                max(clicks.values(), default=0),
                by_hand,
            )
            if block.url not in found or told.points > found[block.url].points:
                found[block.url] = told
    places = {url: place for place, url in enumerate(found)}
    newest = {issue.id: issue.number for issue in sent}
    return sorted(
        found.values(),
        key=lambda one: (-one.points, -newest[one.block.issue_id], places[one.block.url]),
    )


def _told(block: Block, issue: Issue, clicked: int, most: int, by_hand: set[int]) -> BestStory:
    points, reasons = 0.0, []
    if clicked:
        points += CLICKS * clicked / most
        reasons.append(f"clicked {clicked:,} times")
    if block.kind == "lead":
        points += LEAD
        reasons.append(f"the lead of issue {issue.number}")
    if block.article_id in by_hand:
        points += BY_HAND
        reasons.append("chosen by an editor")
    return BestStory(block, points, tuple(reasons) or (f"told in issue {issue.number}",))


def _again(issue: Issue, one: BestStory) -> Block:
    values = {name: getattr(one.block, name) for name in COPIED}
    return Block(
        issue_id=issue.key,
        kind="brief",
        position=0,
        score=round(one.points, 1),
        reasons=list(one.reasons),
        **values,
    )
