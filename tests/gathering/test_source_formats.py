"""Sources of each kind are read over real HTTP: sitemaps, and pages that list articles."""

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.gathering.gather import gather
from newsletter.gathering.models import Source
from newsletter.publications.models import Publication
from tests.doubles.web import always, serving
from tests.samples.times import NOON


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
