"""What a page says becomes part of its article, and nothing a page says can hurt."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from newsletter.database import Database
from newsletter.gathering.models import Article, Body, Sighting
from newsletter.publications.models import Publication
from tests.doubles.web import Web, always, serving
from tests.gathering.pages import articles, gathered, item, page, rss


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as made:
        yield made


def test_an_own_article_is_kept_whole_and_sanitised(
    database: Database, publication: Publication, web: Web
) -> None:
    old = "<pubDate>Mon, 05 Jan 2026 10:00:00 +0000</pubDate>"
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open", more=old)),
        "river.test/news/ladders-open": always(
            200, page().replace(b"</article>", b"<script>steal()</script></article>")
        ),
    }
    gathered(database, publication, web, "http://river.test/feed", own=True)
    with database.reading() as session:
        html = session.exec(select(Body)).one().html
    assert "<p>" in html
    assert "script" not in html


@pytest.mark.parametrize("paths", [["/print-feed"], ["/feed", "/print-feed"]])
def test_two_addresses_of_one_page_are_one_article_for_ever(
    database: Database, publication: Publication, web: Web, paths: list[str]
) -> None:
    shown = always(
        200, page(head='<link rel="canonical" href="http://river.test/news/ladders-open">')
    )
    addresses = {
        "/feed": "http://river.test/news/ladders-open",
        "/print-feed": "http://river.test/print/4711",
    }
    web.scripts |= {"river.test/news/ladders-open": shown, "river.test/print/4711": shown}
    web.scripts |= {f"river.test{path}": rss(item(url)) for path, url in addresses.items()}
    gathered(database, publication, web, *(f"http://river.test{path}" for path in paths))
    web.scripts |= {
        f"river.test{path}": rss(item(url, "Fish ladders open at last"))
        for path, url in addresses.items()
    }
    assert gathered(database, publication, web).articles == 0, (
        "the address that the feed shows is remembered"
    )
    with database.reading() as session:
        seen = session.exec(select(Sighting)).all()
        known = {session.get_one(Article, sighting.article_id).url for sighting in seen}
    assert (len(seen), known) == (len(paths), {"http://river.test/news/ladders-open"})


@pytest.mark.parametrize("named", ["http://other.test/hijacked/story", "http://river.test/"])
def test_a_page_cannot_pass_itself_off_as_another_sites_or_as_the_front_page(
    database: Database, publication: Publication, web: Web, named: str
) -> None:
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open")),
        "river.test/news/ladders-open": always(
            200, page(head=f'<link rel="canonical" href="{named}">')
        ),
    }
    gathered(database, publication, web, "http://river.test/feed")
    assert [article.url for article in articles(database)] == [
        "http://river.test/news/ladders-open"
    ]


def test_a_date_that_only_a_sitemap_hints_at_is_the_pages_own_and_so_is_the_title(
    database: Database, publication: Publication, web: Web
) -> None:
    date = '<meta property="article:published_time" content="2026-05-04T08:00:00Z">'
    entry = (
        b"<urlset><url><loc>http://river.test/news/ladders-open-at-last</loc>"
        b"<lastmod>2026-05-11</lastmod></url></urlset>"
    )
    web.scripts |= {
        "river.test/sitemap.xml": always(200, entry),
        "river.test/news/ladders-open-at-last": always(200, page("Nine ladders are open", date)),
    }
    gathered(database, publication, web, "http://river.test/sitemap.xml", kind="sitemap")
    assert [(article.title, article.published_at) for article in articles(database)] == [
        ("Nine ladders are open", datetime(2026, 5, 4, 8, tzinfo=UTC))
    ]


def test_an_article_that_shares_its_page_keeps_its_mark(
    database: Database, publication: Publication, web: Web
) -> None:
    """The page names itself as canonical: all changes in it would become one article."""
    at = "http://river.test/log"
    days = {n: f"<pubDate>0{n} May 2026</pubDate>" for n in (8, 7)}
    shown = [item(f"{at}#v{n}", f"Version {n}", day) for n, day in days.items()]
    named = page("Log", f'<link rel="canonical" href="{at}">')
    web.scripts |= {"river.test/feed": rss(*shown), "river.test/log": always(200, named)}
    assert gathered(database, publication, web, "http://river.test/feed").pages == 2
    assert [article.url for article in articles(database)] == [f"{at}#v8", f"{at}#v7"]
