"""Articles: found items kept, once by canonical URL."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.database import insert_new
from newsletter.gathering.canonical import canonical
from newsletter.gathering.found import Found
from newsletter.gathering.models import Article, Sighting


def slug_of(title: str, url: str) -> str:
    """Return the name of an article's own page: words of its title and eight signs of its address, so that no two are alike."""
    return "-".join(filter(None, (slug_words(title), hashlib.sha256(url.encode()).hexdigest()[:8])))


def slug_words(title: str) -> str:
    """Return the words of a title as an address may hold them, at most 80 characters; "" if it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")


def store(session: Session, source_id: int, found: Sequence[Found], now: datetime) -> int:
    """Keep what is new and note what this source shows; returns how many articles are new.

    An item without a date, or with one in the future, counts as published when it was first seen.
    """
    by_url = {canonical(item.url): item for item in reversed(found)}
    if not by_url:
        return 0
    before = set(session.exec(select(Article.url).where(col(Article.url).in_(by_url))))
    new = [_row(url, item, now) for url, item in by_url.items() if url not in before]
    if new:
        insert_new(session, Article, new)
    articles = session.exec(select(Article).where(col(Article.url).in_(by_url))).all()
    ids = [article.id for article in articles]
    seen_query = select(Sighting.article_id).where(col(Sighting.source_id) == source_id, col(Sighting.article_id).in_(ids))
    seen = set(session.exec(seen_query))
    session.add_all(Sighting(article_id=key, source_id=source_id, seen_at=now) for key in ids if key and key not in seen)
    session.flush()
    return len(new)


def _row(url: str, item: Found, now: datetime) -> dict[str, object]:
    return {
        "url": url,
        "slug": slug_of(item.title, url),
        "title": item.title,
        "dek": item.dek,
        "author": item.author,
        "image_url": item.image_url,
        "topics": list(item.topics),
        "published_at": item.published_at if item.published_at and item.published_at <= now else now,
        "first_seen_at": now,
    }
