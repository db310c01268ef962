"""The demo's feeds: their items appear when the demo's time reaches them."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from newsletter.clock import SetClock
from newsletter.demo import feeds
from newsletter.formats.feeds import read_feed
from tests.samples.times import NOON

RSS = b"""<rss version="2.0"><channel><title>Tides</title>
<item><title>High</title><link>https://t.example/1</link>
<pubDate>Tue, 12 May 2026 11:00:00 +0000</pubDate></item>
<item><title>Low</title><link>https://t.example/2</link>
<pubDate>Tue, 12 May 2026 13:00:00 +0000</pubDate></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Tides</title>
<entry><title>High</title><link href="https://t.example/1"/><id>1</id>
<updated>2026-05-12T11:00:00Z</updated></entry>
<entry><title>Low</title><link href="https://t.example/2"/><id>2</id>
<updated>2026-05-12T13:00:00Z</updated></entry></feed>"""


def titles(document: bytes) -> list[str]:
    return [found.title for found in read_feed(document, "https://t.example/feed").found]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def address(clock: SetClock) -> Iterator[str]:
    bodies = {"/tides.xml": lambda at: feeds.as_of(RSS, at)}
    with feeds.serving(bodies, clock) as served:
        yield served


@pytest.mark.parametrize("document", [RSS, ATOM])
def test_an_item_of_the_future_is_not_shown_yet(document: bytes) -> None:
    assert titles(feeds.as_of(document, NOON)) == ["High"]
    assert sorted(titles(feeds.as_of(document, NOON + timedelta(hours=1)))) == ["High", "Low"]
    assert titles(feeds.as_of(document, datetime(2026, 5, 1, tzinfo=UTC))) == []


@pytest.mark.parametrize("date", [b"", b"<pubDate>some day</pubDate>"])
def test_an_item_without_a_date_that_can_be_read_is_always_shown(date: bytes) -> None:
    document = RSS.replace(b"<pubDate>Tue, 12 May 2026 13:00:00 +0000</pubDate>", date)
    assert feeds.as_of(document, NOON) == document


def test_the_same_again_is_not_sent_again_and_more_is(address: str, clock: SetClock) -> None:
    with urllib.request.urlopen(f"{address}/tides.xml", timeout=10) as first:
        assert titles(first.read()) == ["High"]
        etag = first.headers["ETag"]
    again = urllib.request.Request(f"{address}/tides.xml", headers={"If-None-Match": etag})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(again, timeout=10)
    assert unchanged.value.code == 304
    clock.move_by(timedelta(hours=2))
    with urllib.request.urlopen(again, timeout=10) as later:
        assert len(titles(later.read())) == 2


def test_a_feed_that_is_not_there_is_broken_on_purpose(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as broken:
        urllib.request.urlopen(f"{address}/broken.xml", timeout=10)
    assert broken.value.code == 503
