"""Candidates: what was gathered in a window, folded with what earlier issues had, and scored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select
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

# An article dated before the window counts if we saw it only since then: feeds give a day without
# an hour, and come late.
LATE = timedelta(days=3)
# So long a story of an issue is known again in other words; its address and title are for ever.
REMEMBERED = timedelta(days=35)
# The past that shows which posts recur, and which words are usual.
PATTERNS = timedelta(days=100)
MOST_TITLES = 20_000
MOST_PAST = 1_000  # articles by which folding knows what is usual
SMALL_WORDS = frozenset({
    "a", "an", "the", "and", "of", "to", "in", "on", "for", "with", "as", "at", "by", "is",
})  # fmt: skip
AROUND_WORDS = ".,:;!?“”‘’\"'()[]–—-"
REPORT_COLUMNS = (
    "id",
    "title",
    "dek",
    "url",
    "published_at",
    "topics",
    "words",
    "image_url",
    "language",
)


@dataclass(frozen=True, slots=True)
class Considered:
    """All that was looked at for an issue, best first.

    `ranked` may come in. `repeats` were in an earlier issue already, whose number each has.
    """

    ranked: tuple[Candidate, ...]
    repeats: tuple[tuple[Candidate, int], ...]


class _Link(NamedTuple):
    """An article that a sent issue linked: when that was sent, and its number."""

    report: Report
    sent_at: datetime
    number: int


class _SentStories:
    """What sent issues linked, to know it again by article or by title."""

    def __init__(self, links: Sequence[_Link]) -> None:
        self._by_article = {link.report.id: link.number for link in links}
        self._by_title = {_title_words(link.report.title): link.number for link in links}

    def without(self, group: Iterable[Report]) -> list[Report]:
        """Return the reports that no sent issue linked."""
        return [report for report in group if report.id not in self._by_article]

    def latest_issue(self, group: Sequence[Report]) -> int | None:
        """Return the number of the latest issue with a story of this group, if there is one."""
        numbers = [self._number(report) for report in group]
        return max((number for number in numbers if number is not None), default=None)

    def _number(self, report: Report) -> int | None:
        number = self._by_article.get(report.id)
        if number is not None or not self._by_title:
            return number
        # The same title again is the same story, even if it is too old to be folded.
        return self._by_title.get(_title_words(report.title))


def consider(
    session: Session,
    publication: Publication,
    issue: Issue,
    now: datetime,
    *,
    shown: frozenset[int] = frozenset(),
    clicks: Mapping[int, float] | None = None,
) -> Considered:
    """Fold and score what is new in the issue's window, up to `now`.

    Of equal scores the newest comes first, then the lowest id. Of a story's reports one in `shown`
    comes first, so that looking again changes no link without need.
    """
    links = _links(session, publication.key)
    sent = _SentStories(links)
    recent = [link.report for link in links if now - link.sent_at <= REMEMBERED]
    reports = [*_reports_in_window(session, publication.key, issue, now), *recent]
    past = _past(session, publication.key, issue.window_from)
    week = _read_week(session, publication, issue, now)
    week = replace(week, shown=shown, clicks=clicks or {})
    ranked: list[Candidate] = []
    repeats: list[tuple[Candidate, int]] = []
    for group in _groups(reports, past):
        news = sent.without(group)
        if not news:
            continue
        candidate = score_story(news, week)
        number = sent.latest_issue(group)
        if number is None:
            ranked.append(candidate)
        else:
            repeats.append((candidate, number))
    return Considered(
        ranked=tuple(sorted(ranked, key=_rank)),
        repeats=tuple(sorted(repeats, key=lambda repeat: _rank(repeat[0]))),
    )


def read_reports(session: Session, publication_id: int, article_ids: Sequence[int]) -> list[Report]:
    """Return these articles as the publication's sources show them, in this order.

    An article that no source shows is left out.
    """
    query = _select_reports(publication_id).where(col(Article.id).in_(article_ids))
    found = {report.id: report for report in _run(session, publication_id, query)}
    return [found[key] for key in article_ids if key in found]


def _read_week(session: Session, publication: Publication, issue: Issue, now: datetime) -> Week:
    return Week(
        start=issue.window_from,
        due=issue.due_at,
        weights=read_weights(session, publication.key),
        history=choices.history(session, publication.key, issue.key, now),
        series=_series(session, publication.key, now),
        language=publication.language,
    )


def _groups(reports: Sequence[Report], past: Sequence[tuple[str, str]]) -> list[list[Report]]:
    by_id = {report.id: report for report in reports}
    return [[by_id[key] for key in sorted(group)] for group in fold(reports, past=past)]


def _rank(candidate: Candidate) -> tuple[float, float, int]:
    newest = max(report.published_at for report in candidate.reports)
    return (-candidate.score, -newest.timestamp(), candidate.id)


def _reports_in_window(
    session: Session, publication_id: int, issue: Issue, now: datetime
) -> list[Report]:
    """Return the articles of the window that no sent issue linked.

    What an editor pasted in the window belongs to it, whatever its date.
    """
    used = select(Linked.article_id).where(col(Linked.publication_id) == publication_id)
    pasted = (col(Source.url) == PASTED) & (col(Sighting.seen_at) >= issue.window_from)
    query = _select_reports(publication_id).where(
        or_(_is_new(session, issue), pasted),
        col(Article.published_at) < now,
        col(Article.withdrawn_at).is_(None),
        col(Article.id).not_in(used),
    )
    in_order = query.order_by(col(Article.published_at), col(Article.id), col(Source.id))
    return _run(session, publication_id, in_order)


def _is_new(session: Session, issue: Issue) -> ColumnElement[bool]:
    """The condition that an article belongs to the window; only its date counts in the first one.

    When a publication begins, everything was seen since, however old it is.
    """
    start = issue.window_from
    published_at = col(Article.published_at)
    if not _has_sent_issue(session, issue.publication_id):
        return published_at >= start
    is_late = (col(Article.first_seen_at) >= start) & (published_at >= start - LATE)
    return or_(published_at >= start, is_late)


def _has_sent_issue(session: Session, publication_id: int) -> bool:
    query = select(Issue.id).where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "sent",
    )
    return session.exec(query.limit(1)).first() is not None


def _select_reports(publication_id: int) -> Select[*tuple[Any, ...]]:
    """The query for articles, a row for each source that shows one.

    It asks for columns, not for objects, because there may be ten thousand articles.
    """
    first, *others = [col(getattr(Article, name)) for name in REPORT_COLUMNS]
    return (
        select(first)
        .add_columns(*others, col(Sighting.source_id))
        .join(Sighting, col(Sighting.article_id) == col(Article.id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Source.publication_id) == publication_id)
    )


def _run(session: Session, publication_id: int, query: Select[*tuple[Any, ...]]) -> list[Report]:
    """Return the reports that a query of `_select_reports` finds, in its order."""
    voices = _voices(session, publication_id)
    shown_by: dict[int, list[Voice]] = {}
    rows: dict[int, Row[*tuple[Any, ...]]] = {}
    # The connection sees only what was flushed; a session's own `execute` would flush by itself.
    session.flush()
    for row in session.connection().execute(query):
        article_id = row[0]
        rows[article_id] = row
        shown_by.setdefault(article_id, []).append(voices[row[-1]])
    return [_report(row, shown_by[article_id]) for article_id, row in rows.items()]


def _voices(session: Session, publication_id: int) -> Mapping[int, Voice]:
    query = select(Source).where(col(Source.publication_id) == publication_id)
    return {
        source.key: Voice(source.key, source.title or source.url, source.weight, source.is_own)
        for source in session.exec(query)
    }


def _report(row: Row[*tuple[Any, ...]], voices: Iterable[Voice]) -> Report:
    key, title, dek, url, published_at, topics, words, image_url, language, _ = row
    return Report(
        id=key,
        title=title,
        dek=dek,
        url=url,
        published_at=published_at,
        voices=tuple(sorted(voices, key=lambda voice: (-voice.weight, voice.id))),
        topics=tuple(topics),
        words=words,
        image_url=image_url,
        language=language,
    )


def _links(session: Session, publication_id: int) -> list[_Link]:
    """Return what sent issues linked, in the order of the articles."""
    is_ours = col(Linked.publication_id) == publication_id
    sent = (
        select(Linked.article_id, Issue.sent_at, Issue.number)
        .join(Issue, col(Issue.id) == col(Linked.issue_id))
        .where(is_ours)
    )
    issues = {article_id: (at, number) for article_id, at, number in session.exec(sent) if at}
    linked = select(Linked.article_id).where(is_ours)
    query = _select_reports(publication_id).where(col(Article.id).in_(linked))
    reports = _run(session, publication_id, query.order_by(col(Article.id)))
    return [_Link(report, *issues[report.id]) for report in reports if report.id in issues]


def _series(session: Session, publication_id: int, now: datetime) -> dict[int, Series]:
    """Return by source when each pattern of its titles came in the last hundred days."""
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
    for source_id, title, at in session.exec(query):
        titles.setdefault(source_id, []).append((title, at))
    return {source_id: series_of(dated) for source_id, dated in titles.items()}


def _past(session: Session, publication_id: int, before: datetime) -> list[tuple[str, str]]:
    """Return the titles and deks of the newest articles from before the window."""
    shown = (
        select(Sighting.article_id)
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(col(Source.publication_id) == publication_id)
    )
    published_at = col(Article.published_at)
    query = (
        select(Article.title, Article.dek)
        .where(
            col(Article.id).in_(shown),
            published_at < before,
            published_at >= before - PATTERNS,
        )
        .order_by(published_at.desc(), col(Article.id))
        .limit(MOST_PAST)
    )
    return [(title, dek) for title, dek in session.exec(query)]


def _title_words(title: str) -> frozenset[str]:
    """Return what near-identical titles share: their words in any order, save the smallest."""
    words = (word.strip(AROUND_WORDS).casefold() for word in title.split())
    return frozenset(word for word in words if word) - SMALL_WORDS
