"""For crawlers: which addresses there are, and which are none of theirs."""

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from newsletter.archive.sent import sent_issues
from newsletter.gathering import own_articles
from newsletter.tools import directory
from newsletter.web.caching import PublicRoute
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.syndication import MOST_ADDRESSES, sitemap

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


@pages.get("/robots.txt")
def robots(runtime: RuntimeDep) -> Response:
    """RFC 9309. What is behind a token is closed as well: such links stand in letters only."""
    closed = [f"Disallow: {path}" for path in NOT_FOR_CRAWLERS]
    return PlainTextResponse(
        "\n".join(["User-agent: *", *closed, "", f"Sitemap: {runtime.urls.sitemap()}", ""])
    )


@pages.get("/sitemap.xml")
def site(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    """List every page that a search engine may find; only issues have a date of change."""
    urls, key = runtime.urls, publication.key
    lists = [urls.home(), urls.archive(), urls.articles(), urls.tools(), urls.promote()]
    issues = [
        (urls.issue(issue.number), issue.sent_at)
        for issue in sent_issues(session, key, most=MOST_ADDRESSES)
    ]
    articles = [
        urls.article(slug)
        for slug in own_articles.slugs_written_here(session, key, runtime.clock.now())
    ]
    featured = [urls.tool(tool.slug) for tool in directory.public_tools(session, key)]
    return Response(
        sitemap(
            [
                *((url, None) for url in lists),
                *issues,
                *((url, None) for url in (*articles, *featured)),
            ]
        ),
        media_type="application/xml",
    )
