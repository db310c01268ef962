"""Feeds: the latest issues as RSS, Atom and JSON Feed."""

from collections.abc import Mapping, Sequence
from itertools import chain

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.archive.models import PastIssue
from newsletter.archive.sent import past_issues, sent_issues
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import blocks_by_issue
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.public.archive import by_kind, own_pages
from newsletter.web.rendering import render
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep
from newsletter.web.syndication import Channel, FeedEntry, atom, json_feed, rss

pages = APIRouter(route_class=PublicRoute)
ISSUES = 20


@pages.get("/feed.xml")
def as_rss(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    channel = _channel(session, publication, runtime.urls, runtime.urls.rss())
    return _document(rss(channel), "application/rss+xml")


@pages.get("/atom.xml")
def as_atom(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    channel = _channel(session, publication, runtime.urls, runtime.urls.atom())
    return _document(atom(channel), "application/atom+xml")


@pages.get("/feed.json")
def as_json(publication: PublicationDep, runtime: RuntimeDep, session: Reading) -> Response:
    channel = _channel(session, publication, runtime.urls, runtime.urls.json_feed())
    return _document(json_feed(channel), "application/feed+json")


def _document(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=f"{media_type}; charset=utf-8")


def _channel(
    session: Session,
    publication: Publication,
    urls: Urls,
    url: str,
) -> Channel:
    """Return the latest issues as a channel; `url` is the address of the feed itself."""
    issues = sent_issues(session, publication.key, most=ISSUES)
    keys = [issue.key for issue in issues]
    blocks = blocks_by_issue(session, keys)
    past = past_issues(session, keys)
    own = own_pages(session, publication, chain.from_iterable(blocks.values()), urls)
    entries = [
        _entry(issue, _html(issue, blocks[issue.key], past.get(issue.key), own), urls)
        for issue in issues
    ]
    return Channel(
        publication.name,
        publication.tagline,
        publication.language,
        urls.home(),
        url,
        entries,
    )


def _entry(issue: Issue, html: str, urls: Urls) -> FeedEntry:
    return FeedEntry(urls.issue(issue.number), issue.subject, issue.preheader, html, issue.due_at)


def _html(
    issue: Issue,
    blocks: Sequence[Block],
    past: PastIssue | None,
    own: Mapping[str, str],
) -> str:
    kinds = by_kind(blocks)
    return render("public/_feed.html", intro=issue.intro, blocks=kinds, past=past, own=own).strip()
