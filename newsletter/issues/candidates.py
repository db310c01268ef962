"""Candidates: what was gathered in a window, folded with what was told before, and weighed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from newsletter.choosing.filler import Series, series_of
from newsletter.choosing.folding import fold
from newsletter.choosing.ranking import Candidate, score_story
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.week import Week
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.sources import PASTED
from newsletter.issues import choices
from newsletter.issues.models import Issue, Linked
from newsletter.publications.models import Publication
from newsletter.publications.weights import read_weights

LATE = timedelta(
    days=3
)  # an article dated before the window counts if we saw it only since then: feeds give days, and come late
REMEMBERED = timedelta(
    days=35
)  # so long a story told in an issue is known again in other words; its address and title for ever
PATTERNS = timedelta(
    days=100
)  # the past by which recurring posts, and words that are usual, are known
TOLD = ("id", "title", "dek", "url", "published_at", "topics", "words", "image_url", "language")
MOST_TITLES = 20_000
MOST_PAST = 1_000  # articles by which folding knows what is usual
SMALL_WORDS = frozenset(
    ("a", "an", "the", "and", "of", "to", "in", "on", "for", "with", "as", "at", "by", "is")
)


@dataclass(frozen=True, slots=True)
class Considered:
    """All that was looked at for an issue: `ranked` may come in, best first; `told` was in an earlier issue, by its number."""

    ranked: tuple[Candidate, ...]
    repeats: tuple[tuple[Candidate, int], ...]


def consider(
    session: Session,
    publication: Publication,
    issue: Issue,
    now: datetime,
    *,
    shown: frozenset[int] = frozenset(),
    clicks: Mapping[int, float] | None = None,
) -> Considered:
    """Fold and weigh what is new in the issue's window, up to `now`. Equal scores: newest, then lowest id.

    Of a story's reports one in `shown` stands first, so that looking again changes no link without need.
    """
    key = publication.key
    new = _reports(session, key, issue, now)
    earlier = _linked(session, key)
    recent = [one for one, at, _ in earlier if now - at <= REMEMBERED]
    numbers = {one.id: number for one, _, number in earlier}
    by_title = {_same_title(one.title): number for one, _, number in earlier}
    week = Week(
        start=issue.window_from,
        due=issue.due_at,
        weights=read_weights(session, key),
        history=choices.history(session, key, issue.key, now),
        clicks=clicks or {},
        series=_series(session, key, now),
        language=publication.language,
        shown=shown,
    )
    ranked, told = [], []
    for group in _groups([*new, *recent], _past(session, key, issue.window_from)):
        news = [one for one in group if one.id not in numbers]
        if not news:
            continue
        candidate = score_story(news, week)
        known = [numbers[one.id] for one in group if one.id in numbers]
        known += [
            by_title[title]
            for one in news
            if by_title and (title := _same_title(one.title)) in by_title
        ]
        if known:
            told.append((candidate, max(known)))
        else:
            ranked.append(candidate)
    return Considered(
        tuple(sorted(ranked, key=_rank)), tuple(sorted(told, key=lambda pair: _rank(pair[0])))
    )


def _groups(reports: Sequence[Report], past: Sequence[tuple[str, str]]) -> list[list[Report]]:
    by_id = {one.id: one for one in reports}
    return [[by_id[key] for key in sorted(group)] for group in fold(reports, past=past)]


def _rank(one: Candidate) -> tuple[float, float, int]:
    return (-one.score, -max(report.published_at for report in one.reports).timestamp(), one.id)


def _reports(session: Session, publication_id: int, issue: Issue, now: datetime) -> list[Report]:
    """The articles of the window that no sent issue linked; those of a first window are taken by their date alone.

    What an editor pasted in the window belongs to it, whatever its date.
    """
    used = select(Linked.article_id).where(col(Linked.publication_id) == publication_id)
    start, at, seen = issue.window_from, col(Article.published_at), col(Article.first_seen_at)
    new = (
        or_(at >= start, (seen >= start) & (at >= start - LATE))
        if _is_later(session, issue)
        else at >= start
    )
    pasted = (col(Source.url) == PASTED) & (col(Sighting.seen_at) >= start)
    query = _told(publication_id).where(
        or_(new, pasted),
        at < now,
        col(Article.withdrawn_at).is_(None),
        col(Article.id).not_in(used),
    )
    return _with_voices(
        session, publication_id, query.order_by(at, col(Article.id), col(Source.id))
    )


def read_reports(session: Session, publication_id: int, article_ids: Sequence[int]) -> list[Report]:
    """Return these articles as the publication's sources tell them, in this order; one that no source shows is left out."""
    found = {
        one.id: one
        for one in _with_voices(
            session, publication_id, _told(publication_id).where(col(Article.id).in_(article_ids))
        )
    }
    return [found[key] for key in article_ids if key in found]


def _is_later(session: Session, issue: Issue) -> bool:
    sent = select(Issue.id).where(
        col(Issue.publication_id) == issue.publication_id, col(Issue.status) == "sent"
    )
    return session.exec(sent.limit(1)).first() is not None


def _told(publication_id: int) -> Select[*tuple[Any, ...]]:
    """What is needed of articles, with the sources that show them: columns, not rows, because there may be ten thousand."""
    wanted = [*(col(getattr(Article, name)) for name in TOLD), col(Sighting.source_id)]
    return (
        columns(*wanted)
        .join(Sighting, col(Sighting.article_id) == col(Article.id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Source.publication_id) == publication_id)
    )


def _with_voices(
    session: Session, publication_id: int, query: Select[*tuple[Any, ...]]
) -> list[Report]:
    voices = {
        one.id: Voice(one.key, one.title or one.url, one.weight, one.is_own)
        for one in session.exec(
            select(Source).where(col(Source.publication_id) == publication_id)
        ).all()
    }
    heard: dict[int, list[Voice]] = {}
    rows = {}
    session.flush()
    for row in session.connection().execute(query):
        rows[row[0]] = row
        heard.setdefault(row[0], []).append(voices[row[-1]])
    return [
        _report(row, sorted(heard[key], key=lambda voice: (-voice.weight, voice.id)))
        for key, row in rows.items()
    ]


def _report(row: Row[*tuple[Any, ...]], voices: Sequence[Voice]) -> Report:
    key, title, dek, url, at, topics, words, image_url, language, _ = row
    return Report(
        key, title, dek, url, at, tuple(voices), tuple(topics), words, image_url, language
    )


def _linked(session: Session, publication_id: int) -> list[tuple[Report, datetime, int]]:
    """Return what sent issues linked, when they were sent, and their numbers."""
    query = (
        select(Linked.article_id, Issue.sent_at, Issue.number)
        .join(Issue, col(Issue.id) == col(Linked.issue_id))
        .where(col(Linked.publication_id) == publication_id)
    )
    sent = {article_id: (at, number) for article_id, at, number in session.exec(query).all() if at}
    linked = select(Linked.article_id).where(col(Linked.publication_id) == publication_id)
    told = _with_voices(
        session,
        publication_id,
        _told(publication_id).where(col(Article.id).in_(linked)).order_by(col(Article.id)),
    )
    return [(one, *sent[one.id]) for one in told if one.id in sent]


def _series(session: Session, publication_id: int, now: datetime) -> dict[int, Series]:
    query = (
        select(Sighting.source_id, Article.title, Article.published_at)
        .join(Article, col(Article.id) == col(Sighting.article_id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(
            col(Source.publication_id) == publication_id,
            col(Article.published_at) >= now - PATTERNS,
            col(Article.published_at) < now,
        )
        .order_by(col(Article.published_at).desc(), col(Article.id))
        .limit(MOST_TITLES)
    )
    titles: dict[int, list[tuple[str, datetime]]] = {}
    for source_id, title, at in session.exec(query).all():
        titles.setdefault(source_id, []).append((title, at))
    return {source_id: series_of(rows) for source_id, rows in titles.items()}


def _past(session: Session, publication_id: int, before: datetime) -> list[tuple[str, str]]:
    """Titles and deks from before the window, the newest."""
    shown = select(Sighting.article_id).join(Source, col(Source.id) == col(Sighting.source_id))
    mine = col(Article.id).in_(shown.where(col(Source.publication_id) == publication_id))
    at = col(Article.published_at)
    query = (
        select(Article.title, Article.dek)
        .where(mine, at < before, at >= before - PATTERNS)
        .order_by(at.desc(), col(Article.id))
    )
    return [(title, dek) for title, dek in session.exec(query.limit(MOST_PAST)).all()]


def _same_title(title: str) -> frozenset[str]:
    """What near-identical titles have in common: their words, whatever the order, the stops and the smallest ones."""
    words = (word.strip(".,:;!?“”‘’\"'()[]–—-").casefold() for word in title.split())
    return frozenset(word for word in words if word) - SMALL_WORDS
