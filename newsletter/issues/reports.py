"""Reports of an issue: the articles that it may choose from, as the pure rooms look at them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row
from sqlalchemy import Select as Query
from sqlmodel import Session, and_, col, not_, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.choosing.filler import Series, series_of
from newsletter.choosing.languages import tongue_of
from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.voices.firms import firm_names, firm_of
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.sources import PASTED
from newsletter.issues.models import Issue, Linked

# An article dated before the window counts if we saw it only since then: feeds give a day without
# an hour, and come late.
LATE = timedelta(days=3)
# The past that shows which posts recur, and which words are usual.
PATTERNS = timedelta(days=100)
MOST_TITLES = 20_000
MOST_PAST = 1_000  # articles by which folding knows what is usual
# Ids follow the order in which feeds answered, so addresses decide between equal dates.
NEWEST = (col(Article.published_at).desc(), col(Article.url))
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


class LinkedReport(NamedTuple):
    """An article that a sent issue linked: when that was sent, and its number."""

    report: Report
    sent_at: datetime
    number: int


def read_reports(
    session: Session,
    publication_id: int,
    article_ids: Sequence[int],
) -> list[Report]:
    """Return these articles as the publication's sources show them, in this order.

    An article that no source shows is left out.
    """
    query = _select_reports(publication_id).where(col(Article.id).in_(article_ids))
    found = {report.id: report for report in _run(session, publication_id, query)}
    return [found[key] for key in article_ids if key in found]


def reports_in_window(
    session: Session,
    issue: Issue,
    now: datetime,
) -> list[Report]:
    """Return the articles of the window that no sent issue linked.

    What an editor pasted in the window belongs to it, whatever its date.
    """
    publication_id = issue.publication_id
    query = _select_reports(publication_id).where(
        or_(_is_new(session, issue), _is_pasted(issue)),
        # Own articles may be dated ahead; they wait for their day.
        col(Article.published_at) < now,
        col(Article.withdrawn_at).is_(None),
        col(Article.id).not_in(_select_linked(publication_id)),
    )
    in_order = query.order_by(col(Article.published_at), col(Article.url), col(Source.id))
    return _run(session, publication_id, in_order)


def linked_reports(session: Session, publication_id: int) -> list[LinkedReport]:
    """Return what sent issues linked, in the order of their addresses."""
    issues = _issues_by_article(session, publication_id)
    is_linked = col(Article.id).in_(_select_linked(publication_id))
    query = _select_reports(publication_id).where(is_linked).order_by(col(Article.url))
    reports = _run(session, publication_id, query)
    return [LinkedReport(report, *issues[report.id]) for report in reports if report.id in issues]


def read_series(
    session: Session,
    publication_id: int,
    now: datetime,
) -> dict[int, Series]:
    """Return by source when each pattern of its titles came in the last hundred days."""
    titles: dict[int, list[tuple[str, datetime]]] = defaultdict(list)
    query = _select_titles(publication_id, now - PATTERNS, now)
    for source_id, title, published_at in session.exec(query):
        titles[source_id].append((title, published_at))
    return {source_id: series_of(dated) for source_id, dated in titles.items()}


def read_past(
    session: Session,
    publication_id: int,
    before: datetime,
) -> list[tuple[str, str]]:
    """Return the titles and deks of the newest articles from before the window."""
    query = select(Article.title, Article.dek).where(
        col(Article.id).in_(_select_shown(publication_id)),
        _is_dated(before - PATTERNS, before),
    )
    return [(title, dek) for title, dek in session.exec(query.order_by(*NEWEST).limit(MOST_PAST))]


def _select_linked(publication_id: int) -> SelectOfScalar[int]:
    """The query for the ids of all articles that sent issues linked."""
    return select(Linked.article_id).filter_by(publication_id=publication_id)


def _is_pasted(issue: Issue) -> ColumnElement[bool]:
    """The condition that an editor pasted an article in the window."""
    return and_(col(Source.url) == PASTED, col(Sighting.seen_at) >= issue.window_from)


def _is_dated(since: datetime, before: datetime) -> ColumnElement[bool]:
    published_at = col(Article.published_at)
    return and_(published_at >= since, published_at < before)


def _select_titles(
    publication_id: int,
    since: datetime,
    before: datetime,
) -> Select[int, str, datetime]:
    """The query for sources, titles and dates, the newest only if there are very many."""
    return (
        select(Sighting.source_id, Article.title, Article.published_at)
        .join(
            Article,
            col(Article.id) == col(Sighting.article_id),
        )
        .join(
            Source,
            col(Source.id) == col(Sighting.source_id),
        )
        .where(
            Source.publication_id == publication_id,
            _is_dated(since, before),
        )
        .order_by(*NEWEST)
        .limit(MOST_TITLES)
    )


def _select_shown(publication_id: int) -> SelectOfScalar[int]:
    """The query for the ids of all articles that the publication's sources show."""
    return (
        select(Sighting.article_id)
        .join(
            Source,
            col(Source.id) == col(Sighting.source_id),
        )
        .where(Source.publication_id == publication_id)
    )


def _is_new(session: Session, issue: Issue) -> ColumnElement[bool]:
    """The condition that an article belongs to the window.

    In the first window only the date counts: a new publication sees old articles for the first
    time, too.
    """
    is_dated = and_(col(Article.published_at) >= issue.window_from, not_(_is_of_backlog()))
    if not _has_sent_issue(session, issue.publication_id):
        return is_dated
    return or_(is_dated, _is_late(issue.window_from))


def _is_of_backlog() -> ColumnElement[bool]:
    """The condition that a source showed an article without a date when it was first read.

    Nobody knows how old it is. What has no date and comes later is as old as its first sighting.
    """
    begun_at = col(Source.begun_at)
    return and_(
        begun_at.is_not(None),
        col(Article.published_at) == col(Article.first_seen_at),
        col(Article.first_seen_at) == begun_at,
    )


def _is_late(start: datetime) -> ColumnElement[bool]:
    """The condition that a feed gave an article late: see LATE."""
    return and_(
        col(Article.first_seen_at) >= start,
        col(Article.published_at) >= start - LATE,
        not_(_is_of_backlog()),
    )


def _has_sent_issue(session: Session, publication_id: int) -> bool:
    query = select(Issue.id).filter_by(publication_id=publication_id, status="sent")
    return session.exec(query.limit(1)).first() is not None


def _issues_by_article(
    session: Session,
    publication_id: int,
) -> Mapping[int, tuple[datetime, int]]:
    """Return for each article that was linked when its issue was sent, and the issue's number."""
    issues = {}
    for article_id, sent_at, number in session.exec(_select_issues(publication_id)):
        if sent_at:
            issues[article_id] = (sent_at, number)
    return issues


def _select_issues(publication_id: int) -> Select[int, datetime | None, int]:
    """The query for linked articles, and when and as which number their issues were sent."""
    return (
        select(Linked.article_id, Issue.sent_at, Issue.number)
        .join(
            Issue,
            col(Issue.id) == col(Linked.issue_id),
        )
        .where(Linked.publication_id == publication_id)
    )


def _select_reports(publication_id: int) -> Query[*tuple[Any, ...]]:
    """The query for articles, a row for each source that shows one.

    It asks for columns, not for objects, because there may be ten thousand articles.
    """
    first, *others = [col(getattr(Article, name)) for name in REPORT_COLUMNS]
    return (
        select(first)
        .add_columns(
            *others,
            col(Sighting.source_id),
        )
        .join(
            Sighting,
            col(Sighting.article_id) == col(Article.id),
        )
        .join(
            Source,
            col(Source.id) == col(Sighting.source_id),
        )
        .where(col(Source.publication_id) == publication_id)
    )


def _run(
    session: Session,
    publication_id: int,
    query: Query[*tuple[Any, ...]],
) -> list[Report]:
    """Return the reports that a query of `_select_reports` finds, in its order."""
    sources = session.exec(select(Source).filter_by(publication_id=publication_id)).all()
    names = firm_names([(source.speaks_for, source.guessed_firm) for source in sources])
    voices = {source.key: _voice(source, names) for source in sources}
    shown_by: dict[int, list[Voice]] = {}
    rows: dict[int, Row[*tuple[Any, ...]]] = {}
    # The connection sees only what was flushed; a session's own `execute` would flush by itself.
    session.flush()
    for row in session.connection().execute(query):
        article_id = row[0]
        rows[article_id] = row
        shown_by.setdefault(article_id, []).append(voices[row[-1]])
    return [_report(row, shown_by[article_id], names) for article_id, row in rows.items()]


def _voice(source: Source, names: Mapping[str, str]) -> Voice:
    return Voice(
        id=source.key,
        name=source.title or source.url,
        weight=source.weight,
        is_own=source.is_own,
        firm=source.speaks_for.casefold() or names.get(source.guessed_firm, source.guessed_firm),
        genre=source.genre,
        languages=_languages_of(source),
    )


def _languages_of(source: Source) -> frozenset[str]:
    """Return the languages that an editor allowed it, without their regions."""
    return frozenset(map(tongue_of, filter(None, source.languages.split(", "))))


def _report(
    row: Row[*tuple[Any, ...]],
    voices: Iterable[Voice],
    names: Mapping[str, str],
) -> Report:
    key, title, dek, url, published_at, topics, words, image_url, language, _ = row
    firm = firm_of(url)
    return Report(
        id=key,
        title=title,
        dek=dek,
        url=url,
        published_at=published_at,
        voices=tuple(sorted(voices, key=_heaviest_first)),
        topics=tuple(topics),
        words=words,
        image_url=image_url,
        language=language,
        firm=names.get(firm, firm),
    )


def _heaviest_first(voice: Voice) -> tuple[float, int]:
    return -voice.weight, voice.id
