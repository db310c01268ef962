"""Articles: the page of each, with tools, sign-up and similar ones; the list of own articles."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from fastapi import APIRouter, Query, Response

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
from newsletter.issues.featuring import day_of
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.tools import directory, slots
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.subscriber_count import readers

pages = APIRouter(route_class=PublicRoute)
A_PAGE = 20
LOOKED_EVERY_S = 600  # how old the similar articles may be


@pages.get("/articles")
def articles(
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    page: int = Query(1, ge=1, le=10_000),
) -> Response:
    found = own_articles.public_articles(
        session,
        publication.key,
        runtime.clock.now(),
        skip=(page - 1) * A_PAGE,
        most=A_PAGE + 1,
    )
    return show(
        "public/articles.html",
        publication=publication,
        articles=found[:A_PAGE],
        page=page,
        more=len(found) > A_PAGE,
    )


@pages.get("/articles/{slug}")
def article(
    slug: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    now = runtime.clock.now()
    page = read_page(session, publication.key, slug, runtime.urls, now)
    return show(
        "public/article.html",
        publication=publication,
        page=page,
        address=runtime.urls.article(slug),
        structured=structured(page, publication, runtime.urls) if page.is_own else None,
        near=_near(runtime.database, publication.key, slug, _when(runtime)),
        tools=directory.recently_featured(session, publication.key, publication.tools),
        paid=slots.tools_paid_on(session, publication.key, day_of(publication, now)),
        readers=readers(runtime, publication),
    )


def structured(page: ArticlePage, publication: Publication, urls: Urls) -> Mapping[str, object]:
    """Return what the page says to machines: schema.org's NewsArticle, as JSON-LD."""
    publisher = {"@type": "Organization", "name": publication.name, "url": urls.home()}
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


def _when(runtime: Runtime) -> int:
    return int(runtime.clock.now().timestamp()) // LOOKED_EVERY_S


@lru_cache(maxsize=16)
def _shelf(database: Database, publication_id: int, when: int) -> RecentArticles:
    return database.read(
        read_recent_articles,
        publication_id,
        datetime.fromtimestamp(when * LOOKED_EVERY_S, UTC),
    )


@lru_cache(maxsize=1000)
def _near(
    database: Database,
    publication_id: int,
    slug: str,
    when: int,
) -> Sequence[SimilarArticle]:
    return database.read(read_similar, _shelf(database, publication_id, when), slug)
