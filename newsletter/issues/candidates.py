"""Candidates: what was gathered in a window, folded and weighed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.gathering.models import Article, Sighting, Source
from newsletter.issues.folding import fold
from newsletter.issues.models import Linked
from newsletter.issues.ranking import Reason, Told, weigh
from newsletter.issues.similar import Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article with the others that tell its story folded in, a score and the reasons for it."""

    article: Article
    also: tuple[Article, ...]
    sources: tuple[str, ...]
    score: float
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> Text:
        return Text(self.article.title, self.article.dek)


@dataclass(frozen=True, slots=True)
class _Item:
    """An article as folding looks at it."""

    id: int
    title: str
    dek: str
    url: str
    source: str
    published_at: datetime


def read_candidates(session: Session, publication_id: int, start: datetime, end: datetime) -> list[Candidate]:
    """Return what is new in the half-open window [start, end), best first; equal scores: newest, then lowest id."""
    rows = _articles(session, publication_id, start, end)
    by_id = {article.id or 0: article for article, _ in rows}
    sources: dict[int | None, list[Source]] = {}
    for article, source in rows:
        sources.setdefault(article.id, []).append(source)
    place = {key: at for at, key in enumerate(by_id)}
    groups = fold([_item(article, sources[key][0]) for key, article in by_id.items()])
    candidates = [_candidate([by_id[key] for key in sorted(group, key=place.__getitem__)], sources, start, end) for group in groups]
    earlier = [stale.title for stale in _linked_articles(session, publication_id)]
    fresh = _not_told_before(candidates, earlier)
    return sorted(fresh, key=lambda c: (-c.score, -c.article.published_at.timestamp(), c.article.id or 0))


def _item(article: Article, source: Source) -> _Item:
    return _Item(article.id or 0, article.title, article.dek, article.url, source.title or source.url, article.published_at)


def _articles(session: Session, publication_id: int, start: datetime, end: datetime) -> Sequence[tuple[Article, Source]]:
    used = select(Linked.article_id).where(col(Linked.publication_id) == publication_id)
    query = (
        select(Article, Source)
        .join(Sighting, col(Sighting.article_id) == col(Article.id))
        .join(Source, col(Source.id) == col(Sighting.source_id))
        .where(
            col(Source.publication_id) == publication_id,
            col(Article.published_at) >= start,
            col(Article.published_at) < end,
            col(Article.withdrawn_at).is_(None),
            col(Article.id).not_in(used),
        )
        .order_by(col(Article.published_at), col(Article.id), col(Source.id))
    )
    return session.exec(query).all()


def _linked_articles(session: Session, publication_id: int) -> Sequence[Article]:
    query = select(Article).join(Linked, col(Linked.article_id) == col(Article.id))
    return session.exec(query.where(col(Linked.publication_id) == publication_id)).all()


def _not_told_before(candidates: Sequence[Candidate], earlier: Sequence[str]) -> list[Candidate]:
    """Leave out what has the same title as an article of an earlier issue, whatever its address."""
    known = {" ".join(title.casefold().split()) for title in earlier}
    return [c for c in candidates if " ".join(c.article.title.casefold().split()) not in known]


def _candidate(group: Sequence[Article], sources: dict[int | None, list[Source]], start: datetime, end: datetime) -> Candidate:
    shown = {source.id: source for article in group for source in sources[article.id]}
    best = max(group, key=lambda a: (max(s.weight for s in sources[a.id]), len(a.dek) > 0, bool(a.image_url), -(a.id or 0)))
    told = Told(
        title=best.title,
        dek=best.dek,
        published_at=max(article.published_at for article in group),
        weights=tuple(source.weight for source in shown.values()),
        has_image=bool(best.image_url),
    )
    score, reasons = weigh(told, start, end)
    names = tuple(source.title or source.url for source in shown.values())
    return Candidate(best, tuple(a for a in group if a is not best), names, score, reasons)
