"""Choices: what editors did with the articles of an issue, and what that shows of their habits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import Select

from newsletter.choosing.week import Habit, History
from newsletter.gathering.models import Article, Sighting
from newsletter.issues.models import Choice, Issue
from newsletter.statements import add_and_flush

K = TypeVar("K")
_Weight = tuple[str, float]  # the kind of a choice, and how much it still counts
HALF_LIFE = timedelta(weeks=8)
MEMORY = timedelta(weeks=52)
ENDED_BY = {  # a new choice ends these
    "dropped": ("kept", "lead", "moved"),
    "kept": ("dropped",),
    "lead": ("dropped",),
    "moved": ("dropped",),
    "edited": (),
}
OLDEST_FIRST = (col(Choice.at), col(Choice.id))
# Moving and editing a story say nothing of whether an editor likes its source.
HABITUAL = ("kept", "dropped", "lead")


class EditedWords(NamedTuple):
    """The title and text that an editor wrote for a story."""

    title: str
    text: str


NO_WORDS = EditedWords("", "")


def record(
    session: Session,
    issue_id: int,
    article_id: int,
    kind: str,
    *,
    by: str,
    now: datetime,
    words: EditedWords = NO_WORDS,
) -> None:
    """Keep what an editor did. The same again is kept once, with its last time.

    An issue has one lead, so another one takes the place of the earlier.
    """
    _end_others(session, issue_id, article_id, kind)
    if kind == "lead":
        _end_lead(session, issue_id)
    choice = Choice(
        issue_id=issue_id,
        article_id=article_id,
        kind=kind,
        by=by,
        at=now,
        title=words.title,
        text=words.text,
    )
    add_and_flush(session, choice)


def forgive(
    session: Session,
    issue_id: int,
    article_id: int,
) -> None:
    """Let a dropped article be considered again."""
    dropped = delete(Choice).filter_by(
        issue_id=issue_id,
        article_id=article_id,
        kind="dropped",
    )
    session.exec(dropped)


def of_issue(session: Session, issue_id: int) -> Sequence[Choice]:
    """Return the choices made on an issue, oldest first."""
    query = select(Choice).filter_by(issue_id=issue_id)
    return session.exec(query.order_by(*OLDEST_FIRST)).all()


def edited_words(
    session: Session,
    issue_id: int,
    article_id: int,
) -> EditedWords | None:
    """Return what an editor wrote for a story, even if it was dropped since."""
    query = select(Choice).filter_by(
        issue_id=issue_id,
        article_id=article_id,
        kind="edited",
    )
    choice = session.exec(query).one_or_none()
    return EditedWords(choice.title, choice.text) if choice else None


def history(
    session: Session,
    publication_id: int,
    issue_id: int,
    now: datetime,
) -> History:
    """Return the habits seen in the issues of the last year, but for issue `issue_id`.

    The half-life of a choice is eight weeks.
    """
    sources: dict[int, list[_Weight]] = defaultdict(list)
    topics: dict[str, list[_Weight]] = defaultdict(list)
    query = _select_choices(publication_id, issue_id, since=now - MEMORY)
    for kind, at, names, source_id in session.exec(query):
        weight = (kind, _share_left(now - at))
        sources[source_id].append(weight)
        for name in names:
            topics[name.casefold()].append(weight)
    return History(_habits(sources), _habits(topics))


def _end_others(
    session: Session,
    issue_id: int,
    article_id: int,
    kind: str,
) -> None:
    """Delete the choices that a new one of that kind ends, or repeats."""
    # Deleted, not updated: the newest choice must be the last row of the issue.
    about = delete(Choice).filter_by(issue_id=issue_id, article_id=article_id)
    session.exec(about.where(col(Choice.kind).in_((kind, *ENDED_BY[kind]))))


def _end_lead(session: Session, issue_id: int) -> None:
    """Delete the choice of a lead: an issue has one."""
    session.exec(delete(Choice).filter_by(issue_id=issue_id, kind="lead"))


def _select_choices(
    publication_id: int,
    but_issue: int,
    since: datetime,
) -> Select[str, datetime, Sequence[str], int]:
    """The query for choices of other issues, a row for each source that shows the article."""
    return (
        select(Choice.kind, Choice.at, Article.topics, Sighting.source_id)
        .join(
            Issue,
            col(Issue.id) == col(Choice.issue_id),
        )
        .join(
            Article,
            col(Article.id) == col(Choice.article_id),
        )
        .join(
            Sighting,
            col(Sighting.article_id) == col(Choice.article_id),
        )
        .where(
            Issue.publication_id == publication_id,
            Issue.id != but_issue,
            Choice.at >= since,
            col(Choice.kind).in_(HABITUAL),
        )
    )


def _share_left(age: timedelta) -> float:
    """Return how much a choice of that age still counts, 0..1."""
    # A demo or a corrected clock may put a choice into the future: it counts as one of now.
    share: float = 0.5 ** (max(timedelta(0), age) / HALF_LIFE)
    return share


def _habits(choices: Mapping[K, Sequence[_Weight]]) -> dict[K, Habit]:
    """Add up the choices of each source or topic."""
    return {key: _habit(rows) for key, rows in choices.items()}


def _habit(choices: Sequence[_Weight]) -> Habit:
    return Habit(
        kept=_total(choices, "kept"),
        dropped=_total(choices, "dropped"),
        led=_total(choices, "lead"),
    )


def _total(choices: Sequence[_Weight], wanted: str) -> float:
    return sum(share for kind, share in choices if kind == wanted)
