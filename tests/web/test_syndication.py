"""Feeds and sitemap by their specifications, read back by our own reader and by feedparser."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.feeds import read_feed
from newsletter.web.syndication import (
    ATOM,
    MOST_ADDRESSES,
    SITEMAP,
    Channel,
    FeedEntry,
    atom,
    json_feed,
    rss,
    sitemap,
)
from tests.web.asking import site
from tests.web.public.test_archive import NOW, keep

AT = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
ISSUE = FeedEntry(
    "https://n.example/archive/2",
    "Tides & prices",
    "What it costs < then",
    "<p>All of it ]]&gt; here</p>",
    AT,
)
CHANNEL = Channel(
    "The Inference", "Marked up", "en", "https://n.example/", "https://n.example/feed", [ISSUE]
)
EMPTY = Channel("The Inference", "", "en", "https://n.example/", "https://n.example/feed", [])


def test_rss_has_what_its_specification_asks_for() -> None:
    root = ElementTree.fromstring(rss(CHANNEL))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    channel = root.find("channel")
    assert channel is not None
    assert [channel.findtext(name) for name in ("title", "link", "description")] == [
        "The Inference",
        "https://n.example/",
        "Marked up",
    ]
    own = channel.find(f"{{{ATOM}}}link")
    assert own is not None
    assert (own.get("rel"), own.get("href")) == ("self", "https://n.example/feed")
    item = channel.find("item")
    assert item is not None
    assert item.findtext("guid") == item.findtext("link") == ISSUE.url
    assert item.findtext("description") == "What it costs &lt; then", (
        "its text is HTML; Atom and JSON Feed say which is which"
    )
    assert item.findtext("pubDate") == "Tue, 12 May 2026 07:00:00 +0000"


def test_atom_has_what_rfc_4287_asks_for() -> None:
    for channel in (CHANNEL, EMPTY):
        root = ElementTree.fromstring(atom(channel))
        names = [child.tag.removeprefix(f"{{{ATOM}}}") for child in root]
        assert root.tag == f"{{{ATOM}}}feed"
        assert [names.count(name) for name in ("id", "title", "updated", "author")] == [1, 1, 1, 1]
        for entry in root.findall(f"{{{ATOM}}}entry"):
            names = [child.tag.removeprefix(f"{{{ATOM}}}") for child in entry]
            assert [
                names.count(name) for name in ("id", "title", "updated", "content", "link")
            ] == [1, 1, 1, 1, 1]


def test_json_feed_has_what_its_specification_asks_for() -> None:
    feed = json.loads(json_feed(CHANNEL))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://n.example/feed"
    assert feed["items"] == [
        {
            "id": ISSUE.url,
            "url": ISSUE.url,
            "title": ISSUE.title,
            "content_html": ISSUE.html,
            "summary": ISSUE.summary,
            "date_published": "2026-05-12T07:00:00+00:00",
        }
    ]
    assert json.loads(json_feed(EMPTY))["items"] == []


@given(st.text(), st.text())
def test_whatever_an_issue_is_called_its_feeds_are_well_formed_and_say_it(
    title: str, html: str
) -> None:
    channel = Channel(
        "N",
        title,
        "en",
        "https://n.example/",
        "https://n.example/feed",
        [FeedEntry("https://n.example/1", title, title, html, AT)],
    )
    title = "".join(
        sign for sign in title.encode("utf-8", "ignore").decode() if sign in "\t\n\r" or sign >= " "
    )
    for write in (rss, atom):
        ElementTree.fromstring(write(channel))
    assert json.loads(json_feed(channel))["items"][0]["content_html"] == html


@pytest.mark.parametrize("write", [rss, atom, json_feed])
def test_our_own_reader_reads_them(write: object) -> None:
    content = {rss: rss, atom: atom, json_feed: json_feed}[write](CHANNEL)  # type: ignore[index]
    found = read_feed(content, "https://n.example/feed")
    assert [(one.url, one.title, one.published_at) for one in found.found] == [
        (ISSUE.url, "Tides & prices", AT)
    ]


def test_a_sitemap_ends_where_its_protocol_ends_it() -> None:
    root = ElementTree.fromstring(
        sitemap((f"https://n.example/{n}", AT if n else None) for n in range(MOST_ADDRESSES + 5))
    )
    urls = root.findall(f"{{{SITEMAP}}}url")
    assert len(urls) == MOST_ADDRESSES
    assert [urls[n].findtext(f"{{{SITEMAP}}}lastmod") for n in (0, 1)] == [
        None,
        "2026-05-12T07:00:00+00:00",
    ]


def test_the_sitemap_and_robots_say_what_may_be_found(database_url: str) -> None:
    with site(database_url, NOW) as one:
        keep(one, 1, "Subject")
        keep(one, 2, "Not yet", status="approved")
        root = ElementTree.fromstring(one.get("/sitemap.xml").text)
        urls = [found.text for found in root.iter(f"{{{SITEMAP}}}loc")]
        assert "http://news.example/archive/1" in urls
        assert "http://news.example/archive/2" not in urls
        for url in urls:
            assert one.get((url or "").removeprefix("http://news.example")).status == 200, url
        robots = one.get("/robots.txt").text
        assert "Sitemap: http://news.example/sitemap.xml" in robots
        assert "Disallow: /leave/" in robots
