"""Gathering over real HTTP: a broken source delays nothing, and each source of a host is read."""

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds as local
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.doubles.faults import feed
from tests.doubles.web import always, serving
from tests.gathering.pages import articles
from tests.samples.times import NOON

RSS = b"""<rss version="2.0"><channel><title>T</title>
<item><title>A &amp; B</title><link>/a?utm_source=x</link>
<description>&lt;p&gt;One &lt;script&gt;bad()&lt;/script&gt;sentence.&lt;/p&gt;</description>
<pubDate>Mon, 11 May 2026 10:00:00 +0200</pubDate></item></channel></rss>"""


def test_a_broken_source_is_reported_and_delays_nothing(
    database: Database, publication: Publication
) -> None:
    clock = SetClock(NOON)
    key = publication.key
    with local.serving({"/feed.xml": lambda _: RSS}, clock) as address:
        for path in ("/feed.xml", "/gone.xml"):
            database.write(sources.add, key, NewSource(address + path))
        first = gather(database, key, clock, Limits(allow_private=True))
        second = gather(database, key, clock, Limits(allow_private=True))
    assert (first.found, first.articles) == (1, 1)
    assert second.articles == 0
    assert sorted(report.error for report in first.reports) == [
        "",
        "HTTP 503: the host is broken for now",
    ]
    assert any(report.unchanged for report in second.reports), "the second fetch is conditional"
    assert [source.failures for source in database.read(sources.all_sources, key)] == [0, 2]


def test_a_private_source_is_refused_at_connect(
    database: Database, publication: Publication
) -> None:
    clock = SetClock(NOON)
    with local.serving({"/feed.xml": lambda _: RSS}, clock) as address:
        database.write(sources.add, publication.key, NewSource(address + "/feed.xml"))
        done = gather(database, publication.key, clock, Limits())
    assert done.found == 0
    assert done.reports[0].error


def test_sources_of_one_host_are_all_read(database: Database, publication: Publication) -> None:
    with serving({f"/{n}": always(200, feed(start=n * 2)) for n in range(70)}) as web:
        for n in range(70):
            database.write(sources.add, publication.key, NewSource(f"{web.url}/{n}"))
        done = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
    assert (len(done.reports), done.articles) == (70, 140)
    assert len(set(web.paths())) == 70


def test_the_encoding_that_http_names_reaches_the_reader(
    database: Database, publication: Publication
) -> None:
    """No declaration in the document, a charset in the header (RFC 7303)."""
    document = RSS.replace(b"A &amp; B", "Мост через реку открыт".encode("cp1251"))
    named = {"Content-Type": "application/rss+xml; charset=windows-1251"}
    with serving({"/feed": always(200, document, **named)}) as web:
        database.write(sources.add, publication.key, NewSource(f"{web.url}/feed"))
        gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
    assert [article.title for article in articles(database)] == ["Мост через реку открыт"]
