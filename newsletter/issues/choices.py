"""Choices: what editors did with the articles of an issue, and what that shows of their habits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, delete, select

from newsletter.choosing.news.families import NewsCues
from newsletter.choosing.stories import Report
from newsletter.choosing.terms import chosen_traits
from newsletter.choosing.voices.habits import (
    ChosenStory,
    Habit,
    History,
    Trait,
    learn,
)
from newsletter.gathering.models import Source
from newsletter.issues.models import Choice, Issue
from newsletter.issues.reports import read_reports
from newsletter.publications.cues import read_cues
from newsletter.statements import add_and_flush

MEMORY = timedelta(weeks=52)
ENDED_BY = {  # a new choice ends these
    "dropped": ("kept", "lead", "raised", "moved"),
    "kept": ("dropped",),
    "lead": ("dropped",),
    "raised": ("dropped", "moved"),
    "moved": ("dropped", "raised"),
    "edited": (),
}
OLDEST_FIRST = (col(Choice.at), col(Choice.id))


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

    What was chosen before a source's habits were forgotten counts no more for it.
    """
    rows = _choices_since(session, publication_id, issue_id, now - MEMORY)
    reports = read_reports(session, publication_id, sorted({row.article_id for row in rows}))
    known = {report.id: report for report in reports}
    cues = read_cues(session, publication_id)
    return learn(_chosen(rows, known, _forgotten(session, publication_id), cues), now)


def source_habit(
    session: Session,
    publication_id: int,
    source_id: int,
    now: datetime,
) -> Habit | None:
    """Return what was learned of a source, None if nobody chose any of its stories."""
    # The number of no issue: the choices of all issues count.
    learned = history(session, publication_id, 0, now)
    return learned.get(Trait("source", str(source_id)))


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


def _choices_since(
    session: Session,
    publication_id: int,
    but_issue: int,
    since: datetime,
) -> Sequence[Choice]:
    """Return the choices of other issues."""
    query = select(Choice).join(Issue, col(Issue.id) == col(Choice.issue_id))
    return session.exec(
        query.where(
            Issue.publication_id == publication_id,
            Issue.id != but_issue,
            Choice.at >= since,
        )
    ).all()


def _forgotten(session: Session, publication_id: int) -> Mapping[int, datetime]:
    """Return by source since when its choices count, where an editor had them forgotten."""
    query = select(Source).filter_by(publication_id=publication_id)
    sources = session.exec(query.where(col(Source.learns_since).is_not(None)))
    return {source.key: source.learns_since for source in sources if source.learns_since}


def _chosen(
    rows: Iterable[Choice],
    reports: Mapping[int, Report],
    forgotten: Mapping[int, datetime],
    cues: NewsCues,
) -> Iterator[ChosenStory]:
    """Return what was done with each article of each issue."""
    by_story: dict[tuple[int, int], list[Choice]] = defaultdict(list)
    for row in rows:
        by_story[row.issue_id, row.article_id].append(row)
    for (issue_id, article_id), made in by_story.items():
        at = max(choice.at for choice in made)
        report = reports.get(article_id)
        if report and not _is_forgotten(report, at, forgotten):
            kinds = {choice.kind for choice in made}
            yield ChosenStory(issue_id, kinds, at, chosen_traits(report, cues))


def _is_forgotten(
    report: Report,
    at: datetime,
    forgotten: Mapping[int, datetime],
) -> bool:
    """True if all of its sources were forgotten then or later."""
    return all(voice.id in forgotten and at <= forgotten[voice.id] for voice in report.voices)
