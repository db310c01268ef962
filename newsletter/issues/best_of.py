"""The monthly best-of: a real issue of the month's best stories, for those who want no other.

What people clicked and what editors chose counts. It repeats on purpose, and takes nothing from the
weekly issues: their window, their candidates and the turns of tools do not know it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import nsmallest
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.choosing.terms import Reason
from newsletter.gathering.own_articles import page_urls
from newsletter.issues import choices
from newsletter.issues.blocks import arrange
from newsletter.issues.featuring import best_tools
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import issue_of_period, next_number, read_stories
from newsletter.publications.models import Publication
from newsletter.statements import add_and_flush
from newsletter.urls import Urls
from subscribers.kept.counting import count_active

MOST_CLICKED = 60.0  # points of the most clicked story; the others have their share of it
WAS_LEAD = 25.0
WAS_CHOSEN = 15.0  # an editor kept it or made it the lead
CHOSEN = ("kept", "lead")
# What readers see of a story; scores and reasons are those of the month.
COPIED = ("article_id", "title", "text", "url", "source", "image_url", "published_at")


@dataclass(frozen=True, slots=True)
class BestStory:
    """A story of issue `number`, and why it comes again."""

    block: Block
    number: int
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> float:
        return sum(reason.points for reason in self.reasons)

    @property
    def sentences(self) -> list[str]:
        """Its reasons in words; a story that nobody clicked or chose may still fill a place."""
        return [reason.because for reason in self.reasons] or [f"told in issue {self.number}"]


def month_of(publication: Publication, month: date) -> tuple[datetime, datetime]:
    """Return when a month (its first day) begins and ends in the publication's own zone."""
    zone = publication.zone
    return _start_of(month, zone), _start_of(_month_after(month), zone)


def sent_in(
    session: Session,
    publication: Publication,
    month: date,
) -> Sequence[Issue]:
    """Return the issues for all readers that were sent in a month, oldest first."""
    query = _select_sent(publication).where(_is_sent_in(publication, month))
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
    # The period is unique, so two schedulers cannot propose two.
    if issue_of_period(session, publication.key, period_of(month)):
        return None
    sent = sent_in(session, publication, month)
    best = _Month(session, publication, sent, clicks, urls).best()
    if len(best) < publication.thin_stories:
        return None
    issue = _new_issue(session, publication, month, due_at=due_at, now=now)
    _word(issue, month, best, len(sent))
    # The blocks need the number that the database gives the issue.
    add_and_flush(session, issue)
    session.add_all(_story_blocks(issue, best, publication.rows))
    session.add_all(best_tools(session, publication, issue, sent=sent, clicks=clicks))
    session.flush()
    return issue


def _month_after(month: date) -> date:
    # No month has more than 31 days, so this is a day of the next one.
    return (month + timedelta(days=32)).replace(day=1)


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _select_sent(publication: Publication) -> SelectOfScalar[Issue]:
    """The query for the issues for all readers that were sent."""
    return select(Issue).filter_by(
        publication_id=publication.id,
        status="sent",
        frequency="every",
    )


def _is_sent_in(publication: Publication, month: date) -> ColumnElement[bool]:
    """The condition that an issue was sent in a month."""
    start, end = month_of(publication, month)
    return and_(col(Issue.sent_at) >= start, col(Issue.sent_at) < end)


@dataclass(frozen=True, slots=True)
class _Month:
    """The issues of a month, and how often people followed each address in their letters."""

    session: Session
    publication: Publication
    issues: Sequence[Issue]
    clicks: Mapping[str, int]
    urls: Urls

    def best(self) -> list[BestStory]:
        """Return the stories of the month that have a place, best first, each once."""
        stories = _each_once(chain.from_iterable(map(self._stories_in, self.issues)))
        return nsmallest(self.publication.story_places, stories, key=_best_first)

    def _stories_in(self, issue: Issue) -> Iterator[BestStory]:
        stories = read_stories(self.session, issue.key)
        pages = self._pages(stories)
        chosen = _chosen_in(self.session, issue)
        for block in stories:
            clicked = self._clicked(pages.get(block.url, block.url))
            reasons = (*clicked, *_placed(block, issue, chosen))
            yield BestStory(block, issue.number, reasons)

    def _pages(self, stories: Iterable[Block]) -> Mapping[str, str]:
        """Return the page here of each own article.

        Letters link an own article by its page, so clicks are counted under that address.
        """
        article_ids = [block.article_id for block in stories if block.article_id]
        return page_urls(self.session, self.publication.key, article_ids, self.urls)

    def _clicked(self, address: str) -> Iterator[Reason]:
        """Give the reason that people followed an address, if they did."""
        clicked = self.clicks.get(address)
        if clicked:
            # Letters link more than stories, so the most clicked address may be none of these.
            points = MOST_CLICKED * clicked / max(self.clicks.values())
            yield Reason(points, f"clicked {clicked:,} times")


def _each_once(stories: Iterable[BestStory]) -> Collection[BestStory]:
    """Return each story once, where it has the most points; of equal ones the first."""
    found: dict[str, BestStory] = {}
    for story in stories:
        known = found.setdefault(story.block.url, story)
        if story.points > known.points:
            found[story.block.url] = story
    return found.values()


def _best_first(story: BestStory) -> tuple[float, int]:
    """Sort the most points first; of equal stories the later issue's, then the one higher up."""
    # The order is stable, so equal stories of one issue stay in the order of its blocks.
    return -story.points, -story.number


def _chosen_in(session: Session, issue: Issue) -> Set[int]:
    """Return the ids of the articles that an editor chose for an issue."""
    made = choices.of_issue(session, issue.key)
    return {choice.article_id for choice in made if choice.kind in CHOSEN}


def _placed(
    block: Block,
    issue: Issue,
    chosen: Set[int],
) -> Iterator[Reason]:
    """Give the reasons that lie in what its issue made of a story."""
    if block.kind == "lead":
        yield Reason(WAS_LEAD, f"the lead of issue {issue.number}")
    if block.article_id in chosen:
        yield Reason(WAS_CHOSEN, "chosen by an editor")


def _new_issue(
    session: Session,
    publication: Publication,
    month: date,
    *,
    due_at: datetime,
    now: datetime,
) -> Issue:
    start, end = month_of(publication, month)
    return Issue(
        publication_id=publication.key,
        number=next_number(session, publication.key),
        period=period_of(month),
        frequency="monthly",  # only readers who wish for it get it
        status="proposed",
        window_from=start,
        window_to=end,
        due_at=due_at,
        proposed_at=now,
        readers=count_active(session, publication.key),
    )


def _word(
    issue: Issue,
    month: date,
    best: Sequence[BestStory],
    issues: int,
) -> None:
    first, *others = [story.block.title for story in best]
    issue.subject = f"The best of {month:%B}: {first}"[:200]
    issue.preheader = "; ".join(others[:2])[:300]
    issue.intro = _intro(month, len(best), issues)


def _intro(month: date, stories: int, issues: int) -> str:
    return (
        f"What readers opened and editors chose in {month:%B %Y}: "
        f"{stories} stories from {issues} issues."
    )


def _story_blocks(
    issue: Issue,
    best: Iterable[BestStory],
    rows: int,
) -> list[Block]:
    """Return the blocks of the stories, arranged."""
    blocks = [_copy(issue, story) for story in best]
    arrange(blocks, rows)
    return blocks


def _copy(issue: Issue, story: BestStory) -> Block:
    values = {name: getattr(story.block, name) for name in COPIED}
    return Block(
        issue_id=issue.key,
        kind="brief",
        position=0,
        score=round(story.points, 1),
        reasons=story.sentences,
        **values,
    )
