"""Feeds: the latest issues as RSS, Atom and JSON Feed, for those who would rather read them in a feed reader."""

from collections.abc import Callable

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.issues.archive import past_of, sent
from newsletter.issues.models import Issue
from newsletter.issues.reading import blocks
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.public.archive import by_kind, own_pages
from newsletter.web.rendering import render
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.syndication import Channel, Told, atom, json_feed, rss

pages = APIRouter(route_class=PublicRoute)
ISSUES = 20


@pages.get("/feed.xml")
def as_rss(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    return _feed(session, publication, runtime.urls, runtime.urls.rss(), rss, "application/rss+xml")


@pages.get("/atom.xml")
def as_atom(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    return _feed(session, publication, runtime.urls, runtime.urls.atom(), atom, "application/atom+xml")


@pages.get("/feed.json")
def as_json(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    return _feed(session, publication, runtime.urls, runtime.urls.json_feed(), json_feed, "application/feed+json")


def _feed(session: Session, publication: Publication, urls: Urls, url: str, write: Callable[[Channel], bytes], media_type: str) -> Response:
    issues = [_told(session, issue, urls) for issue in sent(session, publication.id or 0, most=ISSUES)]
    channel = Channel(publication.name, publication.tagline, publication.language, urls.home(), url, issues)
    return Response(write(channel), media_type=f"{media_type}; charset=utf-8")


def _told(session: Session, issue: Issue, urls: Urls) -> Told:
    shown = blocks(session, issue.id or 0)
    html = render(
        "public/_feed.html",
        intro=issue.intro,
        blocks=by_kind(shown),
        past=past_of(session, issue.id or 0),
        own=own_pages(session, issue, shown, urls),
    )
    return Told(urls.issue(issue.number), issue.subject, issue.preheader, html.strip(), issue.due_at)
