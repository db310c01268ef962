"""Gathering: a broken source delays nothing, and private addresses are refused."""

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds as local
from newsletter.gathering import sources
from newsletter.gathering.fetching import Limits
from newsletter.gathering.gather import gather
from newsletter.gathering.hosts import is_public
from newsletter.publications.models import Publication
from tests.samples.times import NOON

RSS = b"""<rss version="2.0"><channel><title>T</title><item><title>A &amp; B</title><link>/a?utm_source=x</link>
<description>&lt;p&gt;One &lt;script&gt;bad()&lt;/script&gt;sentence.&lt;/p&gt;</description><pubDate>Mon, 11 May 2026 10:00:00 +0200</pubDate></item></channel></rss>"""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_public(address)


def test_a_public_address_is_let_through() -> None:
    assert is_public("93.184.215.14")


def test_a_broken_source_is_reported_and_delays_nothing(database: Database, publication: Publication) -> None:
    clock = SetClock(NOON)
    key = publication.id or 0
    with local.serving({"/feed.xml": lambda _: RSS}, clock) as address:
        for path in ("/feed.xml", "/gone.xml"):
            database.write(sources.add, key, address + path)
        first = gather(database, key, clock, Limits(allow_private=True))
        second = gather(database, key, clock, Limits(allow_private=True))
    assert (first.found, first.articles) == (1, 1)
    assert second.articles == 0
    assert sorted(report.error for report in first.reports) == ["", "HTTP 503: the host is broken for now"]
    assert any(report.unchanged for report in second.reports), "the second fetch is conditional"
    assert [source.failures for source in database.read(sources.every, key)] == [0, 2]


def test_a_private_source_is_refused_at_connect(database: Database, publication: Publication) -> None:
    clock = SetClock(NOON)
    with local.serving({"/feed.xml": lambda _: RSS}, clock) as address:
        database.write(sources.add, publication.id or 0, address + "/feed.xml")
        done = gather(database, publication.id or 0, clock, Limits())
    assert done.found == 0
    assert done.reports[0].error
