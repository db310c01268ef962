"""Feeds: the latest issues as RSS, Atom and JSON Feed, for those who would rather read them in a feed reader."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.archive.sent import past_issues, sent_issues
from newsletter.issues.models import Block, Issue, PastIssue
from newsletter.issues.reading import blocks_by_issue
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
    return _feed(
        session, publication, runtime.urls, runtime.urls.atom(), atom, "application/atom+xml"
    )


@pages.get("/feed.json")
def as_json(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    return _feed(
        session,
        publication,
        runtime.urls,
        runtime.urls.json_feed(),
        json_feed,
        "application/feed+json",
    )


def _feed(
    session: Session,
    publication: Publication,
    urls: Urls,
    url: str,
    write: Callable[[Channel], bytes],
    media_type: str,
) -> Response:
    issues = sent_issues(session, publication.key, most=ISSUES)
    keys = [issue.key for issue in issues]
    shown, pasts = blocks_by_issue(session, keys), past_issues(session, keys)
    own = own_pages(session, publication, chain.from_iterable(shown.values()), urls)
    told = [
        _told(issue, shown[key], pasts.get(key), own, urls)
        for key, issue in zip(keys, issues, strict=True)
    ]
    channel = Channel(
        publication.name, publication.tagline, publication.language, urls.home(), url, told
    )
    return Response(write(channel), media_type=f"{media_type}; charset=utf-8")


def _told(
    issue: Issue, shown: Sequence[Block], past: PastIssue | None, own: Mapping[str, str], urls: Urls
) -> Told:
    html = render("public/_feed.html", intro=issue.intro, blocks=by_kind(shown), past=past, own=own)
    return Told(
        urls.issue(issue.number), issue.subject, issue.preheader, html.strip(), issue.due_at
    )
