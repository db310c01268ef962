"""For crawlers: which addresses there are, and which are none of theirs."""

from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse
from sqlmodel import Session

from newsletter.archive.sent import sent_issues
from newsletter.gathering import own_articles
from newsletter.publications.models import Publication
from newsletter.publications.reading import all_publications
from newsletter.tools import directory
from newsletter.urls import DESKS
from newsletter.web.caching import PublicRoute
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.requests import Reading
from newsletter.web.syndication import MOST_ADDRESSES, DatedUrl, sitemap

pages = APIRouter(route_class=PublicRoute)
NOT_FOR_CRAWLERS = (
    "/desk",
    "/confirm/",
    "/leave/",
    "/stop/",
    "/back/",
    "/c/",
    "/promote/own/",
    "/promote/answer/",
    "/archive?q=",
)
DESKS_RULE = f"Disallow: {DESKS}/"


@pages.get("/robots.txt")
def robots(
    front: FrontDep,
    session: Reading,
) -> Response:
    """RFC 9309. What is behind a token is closed as well: such links stand in letters only."""
    publications = _on_this_host(front, session)
    lines = ["User-agent: *", DESKS_RULE]
    for publication in publications:
        prefix = publication.own_url if publication.own_url.startswith("/") else ""
        lines += [f"Disallow: {prefix}{path}" for path in NOT_FOR_CRAWLERS]
    lines.append("")
    lines += [f"Sitemap: {front.urls.of(each).sitemap()}" for each in publications]
    return PlainTextResponse("\n".join([*lines, ""]))


def _on_this_host(
    front: Front,
    session: Session,
) -> Sequence[Publication]:
    """A crawler reads one robots.txt for all publications of a host (RFC 9309, 2.3)."""
    if front.publication.has_own_host:
        return [front.publication]
    return [each for each in all_publications(session) if not each.has_own_host]


@pages.get("/sitemap.xml")
def site(
    front: FrontDep,
    session: Reading,
) -> Response:
    """List every page that a search engine may find; only issues have a date of change."""
    if front.publication.noindex:
        return Response(sitemap(()), media_type="application/xml")
    addresses = [
        *_undated(_lists(front)),
        *_issues(front, session),
        *_undated(_articles(front, session)),
        *_undated(_tools(front, session)),
    ]
    return Response(sitemap(addresses), media_type="application/xml")


def _undated(urls: Iterable[str]) -> Iterator[DatedUrl]:
    return ((url, None) for url in urls)


def _lists(front: Front) -> Sequence[str]:
    urls = front.urls
    archive = [urls.archive()] if front.publication.archive == "public" else []
    return urls.home(), *archive, urls.articles(), urls.tools(), urls.promote()


def _issues(
    front: Front,
    session: Session,
) -> Sequence[DatedUrl]:
    if front.publication.archive != "public":
        return ()
    return [
        (front.urls.issue(issue.number), issue.sent_at)
        for issue in sent_issues(session, front.key, most=MOST_ADDRESSES)
    ]


def _articles(
    front: Front,
    session: Session,
) -> Sequence[str]:
    slugs = own_articles.slugs_written_here(session, front.key, front.now())
    return [front.urls.article(slug) for slug in slugs]


def _tools(
    front: Front,
    session: Session,
) -> Sequence[str]:
    return [front.urls.tool(tool.slug) for tool in directory.public_tools(session, front.key)]
