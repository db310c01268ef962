"""The monthly best-of: a real issue of the month's best stories, for those who want no other.

What people clicked and what editors chose counts. It repeats on purpose, and takes nothing from the
weekly issues: their window, their candidates and the turns of tools do not know it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
# What readers see of a story; scores and reasons are those of the month.
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
    # No month has more than 31 days, so this is a day of the next one.
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime.combine(month, time(), zone), datetime.combine(following, time(), zone)


def sent_in(
    session: Session,
    publication: Publication,
    month: date,
) -> Sequence[Issue]:
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
    best = _Month(session, publication, sent, clicks, urls).best()[:places]
    if len(best) < publication.thin_stories:
        return None
    issue = _new_issue(session, publication, month, due_at=due_at, now=now)
    _word(issue, month, best, len(sent))
    session.add(issue)
    # The blocks need the number that the database gives the issue.
    session.flush()
    blocks = [_copy(issue, story) for story in best]
    arrange(blocks, publication.rows)
    session.add_all(blocks)
    session.add_all(best_tools(session, publication, issue, sent=sent, clicks=clicks))
    session.flush()
    return issue


@dataclass(frozen=True, slots=True)
class _Month:
    """The issues of a month, and how often people followed each address in their letters."""

    session: Session
    publication: Publication
    issues: Sequence[Issue]
    clicks: Mapping[str, int]
    urls: Urls

    def best(self) -> list[BestStory]:
        """Return the stories of the month, best first, each once.

        Of equal ones the later issue's comes first, then the one that was higher up.
        """
        found: dict[str, BestStory] = {}
        for issue in self.issues:
            for story in self._stories_in(issue):
                known = found.get(story.block.url)
                if known is None or story.points > known.points:
                    found[story.block.url] = story
        numbers = {issue.id: issue.number for issue in self.issues}
        # Sorting is stable, so equal stories of one issue stay in the order of its blocks.
        return sorted(
            found.values(),
            key=lambda story: (-story.points, -numbers[story.block.issue_id]),
        )

    def _stories_in(self, issue: Issue) -> Iterator[BestStory]:
        stories = read_stories(self.session, issue.key)
        pages = self._pages(stories)
        made = choices.of_issue(self.session, issue.key)
        chosen = {choice.article_id for choice in made if choice.kind in CHOSEN}
        for block in stories:
            clicked = self.clicks.get(pages.get(block.url, block.url), 0)
            is_chosen = block.article_id in chosen
            yield self._judge(block, issue.number, clicked, is_chosen=is_chosen)

    def _pages(self, stories: Iterable[Block]) -> Mapping[str, str]:
        """Return the page here of each own article.

        Letters link an own article by its page, so clicks are counted under that address.
        """
        article_ids = [block.article_id for block in stories if block.article_id]
        return page_urls(self.session, self.publication.key, article_ids, self.urls)

    def _judge(
        self,
        block: Block,
        number: int,
        clicked: int,
        *,
        is_chosen: bool,
    ) -> BestStory:
        """Give a story of issue `number` its points and reasons."""
        points = 0.0
        reasons = []
        if clicked:
            # Letters link more than stories, so the most clicked address may be none of these.
            points += MOST_CLICKED * clicked / max(self.clicks.values())
            reasons.append(f"clicked {clicked:,} times")
        if block.kind == "lead":
            points += WAS_LEAD
            reasons.append(f"the lead of issue {number}")
        if is_chosen:
            points += WAS_CHOSEN
            reasons.append("chosen by an editor")
        return BestStory(block, points, tuple(reasons) or (f"told in issue {number}",))


def _is_proposed(session: Session, publication: Publication, month: date) -> bool:
    # The period is unique, so two schedulers cannot propose two.
    query = select(Issue.id).where(
        Issue.publication_id == publication.id,
        Issue.period == period_of(month),
    )
    return session.exec(query).first() is not None


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
