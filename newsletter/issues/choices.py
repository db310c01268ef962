"""Choices: what editors' hands did with the articles of an issue, and what that says about their habits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from sqlmodel import Session, col, delete, select

from newsletter.choosing.week import Habit, History
from newsletter.gathering.models import Article, Sighting
from newsletter.issues.models import Choice, Issue

K = TypeVar("K")
HALF_LIFE = timedelta(weeks=8)
MEMORY = timedelta(weeks=52)
ENDED_BY = {  # a new choice ends these
    "dropped": ("kept", "lead", "moved"),
    "kept": ("dropped",),
    "lead": ("dropped",),
    "moved": ("dropped",),
    "edited": (),
}


class EditedWords(NamedTuple):
    """The title and text that an editor wrote for a story."""

    title: str
    text: str


def record(
    session: Session,
    issue_id: int,
    article_id: int,
    kind: str,
    *,
    by: str,
    now: datetime,
    words: EditedWords | None = None,
) -> None:
    """Note what a hand did; the same again is noted once, with its last time. Another lead takes the place of an earlier one."""
    mine = (col(Choice.issue_id) == issue_id, col(Choice.article_id) == article_id)
    session.exec(delete(Choice).where(*mine, col(Choice.kind).in_((kind, *ENDED_BY[kind]))))
    if kind == "lead":
        session.exec(
            delete(Choice).where(col(Choice.issue_id) == issue_id, col(Choice.kind) == "lead")
        )
    session.add(
        Choice(
            issue_id=issue_id,
            article_id=article_id,
            kind=kind,
            by=by,
            at=now,
            title=words.title if words else "",
            text=words.text if words else "",
        )
    )
    session.flush()


def forgive(session: Session, issue_id: int, article_id: int) -> None:
    """Let a dropped article be considered again."""
    mine = (col(Choice.issue_id) == issue_id, col(Choice.article_id) == article_id)
    session.exec(delete(Choice).where(*mine, col(Choice.kind) == "dropped"))


def of_issue(session: Session, issue_id: int) -> Sequence[Choice]:
    """Return the choices made on an issue, oldest first."""
    return session.exec(
        select(Choice)
        .where(col(Choice.issue_id) == issue_id)
        .order_by(col(Choice.at), col(Choice.id))
    ).all()


def history(session: Session, publication_id: int, issue_id: int, now: datetime) -> History:
    """Return the habits seen in the other issues of the last year: the half-life of a choice is eight weeks."""
    query = (
        select(Choice.kind, Choice.at, Article.topics, Sighting.source_id)
        .join(Issue, col(Issue.id) == col(Choice.issue_id))
        .join(Article, col(Article.id) == col(Choice.article_id))
        .join(Sighting, col(Sighting.article_id) == col(Choice.article_id))
        .where(
            col(Issue.publication_id) == publication_id,
            col(Issue.id) != issue_id,
            col(Choice.at) >= now - MEMORY,
        )
        .where(col(Choice.kind).in_(("kept", "dropped", "lead")))
    )
    sources: dict[int, list[tuple[str, float]]] = {}
    topics: dict[str, list[tuple[str, float]]] = {}
    for kind, at, tags, source_id in session.exec(query).all():
        share = 0.5 ** (max(timedelta(0), now - at) / HALF_LIFE)
        sources.setdefault(source_id, []).append((kind, share))
        for tag in tags:
            topics.setdefault(tag.casefold(), []).append((kind, share))
    return History(_habits(sources), _habits(topics))


def _habits(seen: Mapping[K, Sequence[tuple[str, float]]]) -> dict[K, Habit]:
    def total(rows: Sequence[tuple[str, float]], kind: str) -> float:
        return sum(share for what, share in rows if what == kind)

    return {
        key: Habit(total(rows, "kept"), total(rows, "dropped"), total(rows, "lead"))
        for key, rows in seen.items()
    }
