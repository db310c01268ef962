"""Articles: the page of each, with tools, sign-up and similar ones; the list of own articles."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from fastapi import APIRouter, Response

from newsletter.archive.article_pages import (
    RecentArticles,
    SimilarArticle,
    read_page,
    read_recent_articles,
    read_similar,
)
from newsletter.archive.article_views import ArticlePage
from newsletter.database import Database
from newsletter.gathering import own_articles
from newsletter.tools import directory, slots
from newsletter.web.caching import PublicRoute, period
from newsletter.web.public.front import Front, FrontDep, Page
from newsletter.web.requests import Reading

pages = APIRouter(route_class=PublicRoute)
A_PAGE = 20
LOOKED_EVERY_S = 600  # how old the similar articles may be


@pages.get("/articles")
def articles(
    front: FrontDep,
    session: Reading,
    page: Page = 1,
) -> Response:
    found = own_articles.public_articles(
        session,
        front.key,
        front.now(),
        skip=(page - 1) * A_PAGE,
        most=A_PAGE + 1,
    )
    return front.show(
        "public/articles.html",
        articles=found[:A_PAGE],
        page=page,
        more=len(found) > A_PAGE,
    )


@pages.get("/articles/{slug}")
def article(slug: str, front: FrontDep, session: Reading) -> Response:
    when = period(front.now(), LOOKED_EVERY_S)
    page = read_page(
        session,
        front.key,
        slug,
        front.urls,
        front.now(),
    )
    return front.show(
        "public/article.html",
        page=page,
        address=front.urls.article(slug),
        structured=structured(front, page) if page.is_own else None,
        near=_near(front.runtime.database, front.key, slug, when),
        tools=directory.recently_featured(session, front.key, front.publication.tools),
        paid=slots.tools_paid_on(session, front.key, front.today),
        readers=front.readers(),
    )


def structured(front: Front, page: ArticlePage) -> Mapping[str, object]:
    """Return what the page says to machines: schema.org's NewsArticle, as JSON-LD."""
    publication = front.publication
    publisher = {"@type": "Organization", "name": publication.name, "url": front.urls.home()}
    article: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": page.title,
        "description": page.dek,
        "datePublished": page.published_at.isoformat(),
        "inLanguage": page.language or publication.language,
        "keywords": list(page.topics),
        "mainEntityOfPage": page.url,
        "publisher": publisher,
        "author": {"@type": "Person", "name": page.author} if page.author else publisher,
    }
    if page.image_url:
        article["image"] = [page.image_url]
    return article


@lru_cache(maxsize=16)
def _shelf(database: Database, publication_id: int, when: int) -> RecentArticles:
    at = datetime.fromtimestamp(when * LOOKED_EVERY_S, UTC)
    return database.read(read_recent_articles, publication_id, at)


@lru_cache(maxsize=1000)
def _near(
    database: Database,
    publication_id: int,
    slug: str,
    when: int,
) -> Sequence[SimilarArticle]:
    return database.read(read_similar, _shelf(database, publication_id, when), slug)
