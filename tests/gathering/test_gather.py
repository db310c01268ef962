"""Gathering: sources of each kind over real HTTP, an article known once, and text of any kind kept by both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds as local
from newsletter.fetching.limits import Limits
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found, title_from_url
from newsletter.gathering.gather import gather
from newsletter.gathering.models import Article, Sighting, Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from tests.doubles.faults import feed
from tests.doubles.web import always, serving
from tests.samples.times import NOON

RSS = b"""<rss version="2.0"><channel><title>T</title><item><title>A &amp; B</title><link>/a?utm_source=x</link>
<description>&lt;p&gt;One &lt;script&gt;bad()&lt;/script&gt;sentence.&lt;/p&gt;</description><pubDate>Mon, 11 May 2026 10:00:00 +0200</pubDate></item></channel></rss>"""


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


def test_sitemaps_of_an_index_are_read_each_time_and_one_that_fails_does_not_hide_the_others(
    database: Database, publication: Publication
) -> None:
    def urlset(*names: str) -> bytes:
        return f"<urlset>{''.join(f'<url><loc>{web.url}/news/{name}</loc></url>' for name in names)}</urlset>".encode()

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
        f'<article><h2><a href="/news/story-{n}-of-the-river">Story {n} of the river</a></h2><time datetime="2026-05-1{n}">1{n} May</time></article>'
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


def test_sources_of_one_host_are_all_read(database: Database, publication: Publication) -> None:
    with serving({f"/{n}": always(200, feed(start=n * 2)) for n in range(70)}) as web:
        for n in range(70):
            database.write(sources.add, publication.key, NewSource(f"{web.url}/{n}"))
        done = gather(database, publication.key, SetClock(NOON), Limits(allow_private=True))
    assert (len(done.reports), done.articles) == (70, 140)
    assert len(set(web.paths())) == 70


@pytest.fixture
def two(session: Session, publication: Publication) -> tuple[int, int]:
    made = [
        sources.add(session, publication.key, NewSource(f"https://{name}.example/feed")).key
        for name in ("one", "two")
    ]
    return made[0], made[1]


def test_an_article_is_known_once_however_many_sources_show_it_and_however_often(
    session: Session, two: tuple[int, int]
) -> None:
    shown = [
        Found("https://news.example/a?utm_source=x", "A story"),
        Found("https://NEWS.example/a", "A story"),
        Found("https://news.example/b", "B"),
    ]
    assert [store_found(session, key, shown, NOON) for key in (*two, *two)] == [2, 0, 0, 0]
    assert sorted(session.exec(select(Article.url))) == [
        "https://news.example/a",
        "https://news.example/b",
    ]
    assert len(session.exec(select(Sighting)).all()) == 4


def test_a_date_in_the_future_or_none_counts_as_first_seen(
    session: Session, two: tuple[int, int]
) -> None:
    dates = [NOON - timedelta(days=1), NOON, NOON + timedelta(seconds=1), None]
    store_found(
        session,
        two[0],
        [
            Found(f"https://news.example/{n}", f"Story {n}", published_at=at)
            for n, at in enumerate(dates)
        ],
        NOON,
    )
    stored = session.exec(select(Article).order_by(Article.url)).all()  # type: ignore[arg-type]
    assert [article.published_at for article in stored] == [dates[0], NOON, NOON, NOON]


@pytest.mark.parametrize(
    "text",
    [
        "nul \0 inside",
        "half \ud800 a pair",
        "x" * 5000,
        "\u202eright to left",
        "'; drop table article; --",
    ],
)
def test_whatever_text_a_source_has_both_databases_keep_it(
    session: Session, two: tuple[int, int], text: str
) -> None:
    item = Found(
        f"https://news.example/{text}",
        text,
        text,
        text,
        None,
        f"https://news.example/{text}",
        (text,) * 3,
        text,
    )
    assert store_found(
        session, two[0], [item, Found("https://news.example/plain", "Plain")], NOON
    ) in (
        1,
        2,
    )


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://news.example/2026/05/fish-ladders_open.html", "Fish ladders open"),
        ("https://news.example/caf%C3%A9-reopens/", "Café reopens"),
        ("https://news.example/", "news.example"),
    ],
)
def test_an_article_without_a_title_is_called_by_its_address_until_its_page_tells(
    url: str, title: str
) -> None:
    assert title_from_url(url) == title
