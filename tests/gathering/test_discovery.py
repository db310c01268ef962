"""Discovery: from any page of a site to what can be read of it, with few requests."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from newsletter.clock import SetClock
from newsletter.demo import feeds as local
from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.limits import Limits
from newsletter.gathering import discovery
from newsletter.gathering.children.outside import open_outside
from newsletter.gathering.discovery import (
    Discovery,
    NothingToRead,
    usual_feeds,
)
from tests.samples.feeds import ATOM, RSS
from tests.samples.page_files import sample
from tests.samples.times import NOON

LIMITS = Limits(allow_private=True, gap_s=0.0)


def test_usual_places_are_below_the_page_first_then_at_the_root() -> None:
    places = usual_feeds("https://news.example/blog?page=2")
    assert places[0] == "https://news.example/blog/feed"
    assert "https://news.example/rss.xml" in places
    assert len(usual_feeds("https://news.example/")) == len(discovery.USUAL)


def find(bodies: Mapping[str, bytes], path: str, kind: str = "") -> tuple[Discovery, list[str]]:
    asked: list[str] = []

    async def found(address: str) -> Discovery:
        async with open_outside(LIMITS) as outside:
            return await discovery.discover(outside, address + path, kind, asked.append)

    with local.serving(
        {place: (lambda _, body=body: body) for place, body in bodies.items()}, SetClock(NOON)
    ) as address:
        here = asyncio.run(found(address))
        return here, [place.removeprefix(address) for place in asked]


def test_a_feed_is_taken_as_it_is() -> None:
    here, asked = find({"/feed.xml": RSS.encode()}, "/feed.xml")
    assert (here.kind, here.title, asked) == ("feed", "News", ["/feed.xml"])


def test_the_feed_that_a_page_names_is_found_with_two_requests() -> None:
    link = b'<link rel="alternate" type="application/atom+xml" href="news.atom">'
    page = b"<html><head>" + link + b"</head></html>"
    here, asked = find({"/blog/": page, "/blog/news.atom": ATOM.encode()}, "/blog/")
    assert (here.kind, len(here.found), asked) == ("feed", 1, ["/blog/", "/blog/news.atom"])


def test_a_feed_that_nobody_names_is_found_where_feeds_usually_are() -> None:
    here, asked = find({"/": b"<html><p>Welcome</p></html>", "/index.xml": RSS.encode()}, "/")
    assert here.url.endswith("/index.xml")
    assert len(asked) <= 1 + len(discovery.USUAL)


def test_a_list_of_dated_articles_goes_before_a_sitemap_of_everything() -> None:
    listing = sample("listing").replace(b"https://www.lantern.example", b"")
    sitemap = b"<urlset><url><loc>/journal/a-b-c</loc></url></urlset>"
    bodies = {"/journal": listing, "/robots.txt": b"", "/sitemap.xml": sitemap}
    here, _ = find(bodies, "/journal")
    assert (here.kind, here.title, len(here.found)) == ("page", "Journal of the Lantern Works", 3)
    there, _ = find(bodies, "/journal", "sitemap")
    assert there.kind == "sitemap"


def test_the_sitemap_that_robots_txt_names_is_found() -> None:
    with local.serving({}, SetClock(NOON)) as address:
        place = address  # the port of a server that is gone: the next one has another
    bodies = {
        "/": b"<html><p>Welcome</p></html>",
        "/robots.txt": b"User-agent: *\nAllow: /\n",
        "/sitemap.xml": b"",
    }
    bodies["/sitemap.xml"] = (
        f"<urlset><url><loc>{place}/2026/05/09/a-b-c</loc></url></urlset>".encode()
    )
    here, _ = find(bodies, "/")
    assert here.kind == "sitemap"
    assert here.found[0].published_at == datetime(2026, 5, 9, tzinfo=UTC)


def test_where_nothing_can_be_read_it_says_what_to_give_instead() -> None:
    with pytest.raises(NothingToRead, match="lists its articles"):
        find({"/": b"<html><p>Welcome</p></html>"}, "/")
    with pytest.raises(FetchFailed):
        find({}, "/nothing")
