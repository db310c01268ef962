"""The monthly best-of: a real issue of the month's best stories, for those who want no other.

What people clicked and what editors chose counts. It repeats on purpose, and takes nothing from the
weekly issues: their window, their candidates and the turns of tools do not know it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from newsletter.gathering.own_articles import page_urls
from newsletter.issues import choices
from newsletter.issues.blocks import arrange
from newsletter.issues.featuring import best_tools
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import next_number, read_stories
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from subscribers.audiences.evaluating import count_active

MOST_CLICKED = 60.0  # points of the most clicked story; the others have their share of it
WAS_LEAD = 25.0
WAS_CHOSEN = 15.0  # an editor kept it or made it the lead
CHOSEN = ("kept", "lead")
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
        Issue.publication_id == publication.id,
        Issue.status == "sent",
        Issue.frequency == "every",
        col(Issue.sent_at) >= start,
        col(Issue.sent_at) < end,
    )
    return session.exec(query.order_by(col(Issue.number))).all()


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
    """Propose the best of a month; None if there is one, or if the month is thin.

    A month is thin if it had fewer stories than a thin week has. `clicks` has how often people
    followed each address of the month's letters.
    """
    if _is_proposed(session, publication, month):
        return None
    sent = sent_in(session, publication, month)
    places = 1 + publication.rows + publication.compact
    best = _best(session, publication, sent, clicks, urls)[:places]
    if len(best) < publication.thin_stories:
        return None
    issue = _new_issue(session, publication, month, due_at, now)
    _word(issue, month, best, len(sent))
    session.add(issue)
    session.flush()
    blocks = [_copy(issue, story) for story in best]
    arrange(blocks, publication.rows)
    session.add_all([*blocks, *best_tools(session, publication, issue, sent, clicks)])
    session.flush()
    return issue


def _is_proposed(session: Session, publication: Publication, month: date) -> bool:
    query = select(Issue.id).where(
        Issue.publication_id == publication.id,
        Issue.period == period_of(month),
    )
    return session.exec(query).first() is not None


def _best(
    session: Session,
    publication: Publication,
    sent: Sequence[Issue],
    clicks: Mapping[str, int],
    urls: Urls,
) -> list[BestStory]:
    """Return the stories of these issues, best first, each once.

    Of equal ones the later issue's comes first, then the one that was higher up.
    """
    found: dict[str, BestStory] = {}
    for issue in sent:
        for story in _judge_issue(session, publication, issue, clicks, urls):
            known = found.get(story.block.url)
            if known is None or story.points > known.points:
                found[story.block.url] = story
    places = {url: place for place, url in enumerate(found)}
    numbers = {issue.id: issue.number for issue in sent}

    def rank(story: BestStory) -> tuple[float, int, int]:
        return -story.points, -numbers[story.block.issue_id], places[story.block.url]

    return sorted(found.values(), key=rank)


def _judge_issue(
    session: Session,
    publication: Publication,
    issue: Issue,
    clicks: Mapping[str, int],
    urls: Urls,
) -> Iterator[BestStory]:
    stories = read_stories(session, issue.key)
    article_ids = [block.article_id for block in stories if block.article_id]
    # The letter links an own article by its page here, so clicks are counted under that address.
    pages = page_urls(session, publication.key, article_ids, urls)
    made = choices.of_issue(session, issue.key)
    chosen = {choice.article_id for choice in made if choice.kind in CHOSEN}
    most = max(clicks.values(), default=0)
    for block in stories:
        clicked = clicks.get(pages.get(block.url, block.url), 0)
        yield _judge(block, issue.number, clicked, most, is_chosen=block.article_id in chosen)


def _judge(block: Block, number: int, clicked: int, most: int, *, is_chosen: bool) -> BestStory:
    """Give a story its points and reasons; the most clicked one was clicked `most` times."""
    points = 0.0
    reasons = []
    if clicked:
        points += MOST_CLICKED * clicked / most
        reasons.append(f"clicked {clicked:,} times")
    if block.kind == "lead":
        points += WAS_LEAD
        reasons.append(f"the lead of issue {number}")
    if is_chosen:
        points += WAS_CHOSEN
        reasons.append("chosen by an editor")
    return BestStory(block, points, tuple(reasons) or (f"told in issue {number}",))


def _new_issue(
    session: Session, publication: Publication, month: date, due_at: datetime, now: datetime
) -> Issue:
    start, end = month_of(publication, month)
    return Issue(
        publication_id=publication.key,
        number=next_number(session, publication.key),
        period=period_of(month),
        frequency="monthly",
        status="proposed",
        window_from=start,
        window_to=end,
        due_at=due_at,
        proposed_at=now,
        readers=count_active(session, publication.key),
    )


def _word(issue: Issue, month: date, best: Sequence[BestStory], issues: int) -> None:
    titles = [story.block.title for story in best]
    issue.subject = f"The best of {month:%B}: {titles[0]}"[:200]
    issue.preheader = "; ".join(titles[1:3])[:300]
    issue.intro = (
        f"What readers opened and editors chose in {month:%B %Y}: "
        f"{len(best)} stories from {issues} issues."
    )


def _copy(issue: Issue, story: BestStory) -> Block:
    values = {name: getattr(story.block, name) for name in COPIED}
    return Block(
        issue_id=issue.key,
        kind="brief",
        position=0,
        score=round(story.points, 1),
        reasons=list(story.reasons),
        **values,
    )
