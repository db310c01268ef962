"""Looking at articles' pages over real HTTP: what the feed does not say comes from the page, and nothing a page does can hurt."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlmodel import select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.formats.pages.article_form import ArticleForm
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing, sources
from newsletter.gathering.gather import GatheringReport, gather
from newsletter.gathering.models import Article, Body, Sighting, Source
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from tests.doubles.web import Internet, Script, Web, always, serving
from tests.samples.times import NOON

LIMITS = Limits(gap_s=0.0, pages=20)
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in [
    "The river authority opened the last of its nine fish ladders on Monday, after eleven years of building and two of arguing.",
    "Counters at the lowest weir saw forty salmon in the first night, which is more than in the whole of the last decade together.",
    "Engineers say that the water level has to be watched closely for a year before the turbines may run at night again.",
])  # fmt: skip


def png(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height)).save(made, "PNG")
    return made.getvalue()


def page(title: str = "Fish ladders open", head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}'
        f'<meta name="description" content="Nine ladders, forty salmon."></head><body><article><h1>{title}</h1>{PARAGRAPHS}</article></body></html>'
    ).encode()


def rss(*items: str) -> Script:
    body = "".join(f"<item>{item}</item>" for item in items)
    return always(
        200, f'<rss version="2.0"><channel><title>River news</title>{body}</channel></rss>'.encode()
    )


def item(
    url: str,
    title: str = "Fish ladders open",
    more: str = "<pubDate>Mon, 11 May 2026 10:00:00 +0000</pubDate>",
) -> str:
    return f"<title>{title}</title><link>{url}</link>{more}"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as made:
        yield made


def gathered(
    database: Database,
    publication: Publication,
    web: Web,
    *feeds: str,
    kind: str = "feed",
    own: bool = False,
) -> GatheringReport:
    key = publication.key
    with database.writing() as session:
        for url in feeds:
            session.add(Source(publication_id=key, url=url, kind=kind, is_own=own))
    internet = Internet(web)
    internet.addresses["dead.test"] = [["93.184.215.15"]]
    internet.closed.add("93.184.215.15")
    guard = internet.guard()
    try:
        return gather(database, key, SetClock(NOON), LIMITS, guard=guard)
    finally:
        guard.close()


def articles(database: Database) -> list[Article]:
    with database.reading() as session:
        return list(session.exec(select(Article).order_by(Article.id)))  # type: ignore[arg-type]


def test_a_page_gives_what_the_feed_did_not_say(
    database: Database, publication: Publication, web: Web
) -> None:
    image = '<meta property="og:image" content="http://river.test/ladder.png">'
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open")),
        "river.test/news/ladders-open": always(200, page(head=image)),
        "river.test/ladder.png": always(200, png(640, 360)),
    }
    assert gathered(database, publication, web, "http://river.test/feed").pages == 1
    (one,) = articles(database)
    assert (one.dek, one.language, one.read_at) == ("Nine ladders, forty salmon.", "en", NOON)
    assert (one.image_url, one.image_width, one.image_height) == (
        "http://river.test/ladder.png",
        640,
        360,
    )
    assert one.words > 50
    with database.reading() as session:
        body = session.get_one(Body, one.id)
    assert "forty salmon in the first night" in body.text
    assert body.html == "", "the whole of what others wrote is not for showing"


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


def test_robots_txt_is_obeyed_and_asked_once(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {
        "river.test/feed": rss(
            *(item(f"http://river.test/news/story-number-{n}") for n in range(3))
        ),
        "river.test/robots.txt": always(200, b"User-agent: newsletter\nDisallow: /news/\n"),
    }
    gathered(database, publication, web, "http://river.test/feed")
    assert web.paths("river.test") == ["/feed", "/robots.txt"]
    assert {one.read_at for one in articles(database)} == {NOON}, (
        "they are not asked for again and again"
    )


def test_a_host_whose_rules_cannot_be_had_is_not_read(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open")),
        "river.test/robots.txt": always(500),
    }
    gathered(database, publication, web, "http://river.test/feed")
    assert "/news/ladders-open" not in web.paths()


def test_a_page_that_fails_leaves_its_article_as_the_feed_gave_it(
    database: Database, publication: Publication, web: Web
) -> None:
    more = "<description>What the feed says.</description><pubDate>Mon, 11 May 2026 10:00:00 +0000</pubDate>"
    web.scripts["river.test/feed"] = rss(
        item("http://river.test/gone-away", more=more),
        item("http://dead.test/never-there", more=more),
    )
    gathered(database, publication, web, "http://river.test/feed")
    assert [(one.title, one.dek, one.read_at) for one in articles(database)] == [
        ("Fish ladders open", "What the feed says.", NOON)
    ] * 2


@pytest.mark.parametrize("body", [png(1, 1), png(300, 20), b"<svg/>", b"", png(300, 300)[:20]])
def test_an_image_that_does_not_load_or_is_tiny_is_dropped(
    database: Database, publication: Publication, web: Web, body: bytes
) -> None:
    more = '<enclosure url="http://river.test/pixel" type="image/png"/>'
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open", more=more)),
        "river.test/news/ladders-open": always(200, page()),
        "river.test/pixel": always(200, body),
    }
    gathered(database, publication, web, "http://river.test/feed")
    assert [(one.image_url, one.image_width) for one in articles(database)] == [("", 0)]


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
        known = {session.get_one(Article, one.article_id).url for one in seen}
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
    assert [one.url for one in articles(database)] == ["http://river.test/news/ladders-open"]


def test_a_date_that_only_a_sitemap_hints_at_is_the_pages_own_and_so_is_the_title(
    database: Database, publication: Publication, web: Web
) -> None:
    told = '<meta property="article:published_time" content="2026-05-04T08:00:00Z">'
    entry = b"<urlset><url><loc>http://river.test/news/ladders-open-at-last</loc><lastmod>2026-05-11</lastmod></url></urlset>"
    web.scripts |= {
        "river.test/sitemap.xml": always(200, entry),
        "river.test/news/ladders-open-at-last": always(200, page("Nine ladders are open", told)),
    }
    gathered(database, publication, web, "http://river.test/sitemap.xml", kind="sitemap")
    assert [(one.title, one.published_at) for one in articles(database)] == [
        ("Nine ladders are open", datetime(2026, 5, 4, 8, tzinfo=UTC))
    ]


def test_so_many_pages_are_looked_at_and_no_more(
    database: Database, publication: Publication, web: Web
) -> None:
    more = "<pubDate>Mon, 11 May 2026 10:00:00 +0000</pubDate>"
    web.scripts["river.test/feed"] = rss(
        *(item(f"http://river.test/news/story-number-{n}", more=more) for n in range(30))
    )
    assert gathered(database, publication, web, "http://river.test/feed").pages == LIMITS.pages_each
    assert gathered(database, publication, web).pages == LIMITS.pages_each
    assert len([path for path in web.paths() if path.startswith("/news/")]) == 2 * LIMITS.pages_each


def test_without_pages_only_the_sources_are_asked(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts["/feed"] = rss(item(web.url + "/news/ladders-open"))
    database.write(sources.add, publication.key, NewSource(web.url + "/feed"))
    gather(
        database, publication.key, SetClock(NOON + timedelta(hours=1)), Limits(allow_private=True)
    )
    assert web.paths() == ["/feed"]
    assert articles(database)[0].read_at is None


def test_of_an_article_written_here_the_image_is_measured_and_no_page_is_asked_for(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {"pictures.test/tide.png": always(200, png(640, 250))}
    with database.writing() as session:
        for name in ("tide", "gone"):
            written = judge_article(
                ArticleForm(title=name, body="A text.", slug=name), ZoneInfo("UTC"), NOON
            )
            written = replace(written, image_url=f"http://pictures.test/{name}.png")
            own_writing.write_article(session, publication, written, Urls("http://here.test"), NOON)
    gathered(database, publication, web)
    tide, gone = articles(database)
    assert (tide.image_width, tide.image_height) == (640, 250)
    assert gone.image_url == "http://pictures.test/gone.png", "what its author wrote stays"
    assert all(article.read_at for article in (tide, gone)), "each is looked at once"
    assert {asked.host for asked in web.asked} == {"pictures.test"}
