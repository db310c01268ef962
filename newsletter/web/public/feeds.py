"""Feeds: the latest issues as RSS, Atom and JSON Feed."""

from collections.abc import Mapping, Sequence
from itertools import chain

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.archive.models import PastIssue
from newsletter.archive.sent import past_issues, sent_issues
from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import blocks_by_issue
from newsletter.urls import Urls
from newsletter.web.caching import PublicRoute
from newsletter.web.public.archive import by_kind, own_pages
from newsletter.web.public.front import Front, ListingDep
from newsletter.web.rendering import render
from newsletter.web.requests import Reading
from newsletter.web.syndication import Channel, FeedEntry, atom, json_feed, rss

pages = APIRouter(route_class=PublicRoute)
ISSUES = 20


@pages.get("/feed.xml")
def as_rss(front: ListingDep, session: Reading) -> Response:
    channel = _channel(front, session, front.urls.rss())
    return _document(rss(channel), "application/rss+xml")


@pages.get("/atom.xml")
def as_atom(front: ListingDep, session: Reading) -> Response:
    channel = _channel(front, session, front.urls.atom())
    return _document(atom(channel), "application/atom+xml")


@pages.get("/feed.json")
def as_json(front: ListingDep, session: Reading) -> Response:
    channel = _channel(front, session, front.urls.json_feed())
    return _document(json_feed(channel), "application/feed+json")


def _document(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=f"{media_type}; charset=utf-8")


def _channel(front: Front, session: Session, url: str) -> Channel:
    """Return the latest issues as a channel; `url` is the address of the feed itself."""
    publication = front.publication
    return Channel(
        publication.name,
        publication.tagline,
        publication.language,
        front.urls.home(),
        url,
        _entries(front, session),
    )


def _entries(front: Front, session: Session) -> Sequence[FeedEntry]:
    """Return the latest issues, with what all of them show read in one go."""
    issues = sent_issues(session, front.key, most=ISSUES)
    keys = [issue.key for issue in issues]
    blocks = blocks_by_issue(session, keys)
    past = past_issues(session, keys)
    own = own_pages(front, session, chain.from_iterable(blocks.values()))
    return [
        _entry(issue, _html(issue, blocks[issue.key], past.get(issue.key), own), front.urls)
        for issue in issues
    ]


def _entry(issue: Issue, html: str, urls: Urls) -> FeedEntry:
    return FeedEntry(
        urls.issue(issue.number),
        issue.subject,
        issue.preheader,
        html,
        issue.due_at,
    )


def _html(
    issue: Issue,
    blocks: Sequence[Block],
    past: PastIssue | None,
    own: Mapping[str, str],
) -> str:
    kinds = by_kind(blocks)
    return render(
        "public/_feed.html",
        intro=issue.intro,
        blocks=kinds,
        past=past,
        own=own,
    ).strip()
