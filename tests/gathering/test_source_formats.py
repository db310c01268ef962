"""Sources of each kind are read over real HTTP: sitemaps, and pages that list articles."""

import time

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering.gather import gather
from newsletter.gathering.models import Source
from newsletter.publications.models import Publication
from tests.doubles.web import always, serving
from tests.samples.times import NOON


def _feed(field: str, text: str) -> bytes:
    item = f"<item><title>T</title><link>/x-y-z</link><{field}>{text}</{field}></item>"
    return f"<rss><channel>{item}</channel></rss>".encode()


HOSTILE = {
    "author": _feed("author", "a@" * 15_000 + " x"),
    "title": _feed("title", "&lt;p " * 200_000),
    "boilerplate": _feed("description", "[...] " * 3300),
    "comments": _feed("description", "Comments " * 100_000),
    "picture": _feed("description", "&lt;img src='" * 100_000),
    "topic": _feed("category", "&lt;p " * 200_000),
    "link": _feed("guid", "https://news.google.com/url?q=" * 30_000),
    "date": _feed("pubDate", "1 may " * 100_000),
}


def test_sitemaps_of_an_index_are_read_each_time_and_one_that_fails_does_not_hide_the_others(
    database: Database, publication: Publication
) -> None:
    def urlset(*names: str) -> bytes:
        urls = "".join(f"<url><loc>{web.url}/news/{name}</loc></url>" for name in names)
        return f"<urlset>{urls}</urlset>".encode()

    with serving({}) as web:
        places = "".join(
            f"<sitemap><loc>{web.url}/{name}.xml</loc></sitemap>" for name in ("a", "b", "lost")
        )
        web.scripts |= {
            "/sitemap.xml": always(
                200, f"<sitemapindex>{places}</sitemapindex>".encode(), etag='"1"'
            ),
            "/a.xml": always(200, urlset("the-first-story-of-all")),
            "/b.xml": always(200, urlset("the-second-story-of-all")),
        }
        with database.writing() as session:
            session.add(
                Source(publication_id=publication.key, url=web.url + "/sitemap.xml", kind="sitemap")
            )
        first = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
        web.scripts["/b.xml"] = always(
            200, urlset("the-second-story-of-all", "a-third-story-is-new")
        )
        second = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
    assert [(done.found, done.articles) for done in (first, second)] == [(2, 2), (3, 1)]
    assert "/robots.txt" in web.paths()


def test_a_page_without_a_feed_gives_the_articles_that_it_lists_and_says_so_when_it_lists_none(
    database: Database, publication: Publication
) -> None:
    cards = "".join(
        f'<article><h2><a href="/news/story-{n}-of-the-river">Story {n} of the river</a></h2>'
        f'<time datetime="2026-05-1{n}">1{n} May</time></article>'
        for n in range(3)
    )
    with serving({}) as web:
        web.scripts["/news"] = always(
            200, f"<html><body><main>{cards}</main></body></html>".encode()
        )
        with database.writing() as session:
            session.add(Source(publication_id=publication.key, url=web.url + "/news", kind="page"))
        first = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
        web.scripts["/news"] = always(200, b"<html><body><p>We moved.</p></body></html>")
        second = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
    assert (first.found, first.reports[0].outcome) == (3, "read")
    assert second.reports[0].error.startswith("No article links are found on that page")


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_source_delays_no_other_and_costs_the_service_nothing(
    database: Database, publication: Publication, hostile: bytes
) -> None:
    good = b"<rss><channel><item><title>Tides</title><link>/a-b-c</link></item></channel></rss>"
    with serving({}) as web:
        web.scripts |= {"/hostile.xml": always(200, hostile), "/good.xml": always(200, good)}
        with database.writing() as session:
            for name in ("hostile", "good"):
                url = f"{web.url}/{name}.xml"
                session.add(Source(publication_id=publication.key, url=url, kind="feed"))
        began = time.process_time()
        limits = Limits(allow_private=True, gap_s=0.0)
        done = gather(database, publication.key, SetClock(NOON), limits)
    # On commit 625cae9 the first of them took 50 s, with the lock of the whole process.
    assert time.process_time() - began < 5
    assert {report.url.rpartition("/")[2]: report.found for report in done.reports} == {
        "hostile.xml": 1,
        "good.xml": 1,
    }
