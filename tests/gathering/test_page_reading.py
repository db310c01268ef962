"""Articles' pages are read over real HTTP for what the feed does not say, within limits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.fetching.limits import Limits
from newsletter.formats.pages.article_form import ArticleForm
from newsletter.formats.pages.article_rules import judge_article
from newsletter.gathering import own_writing, sources
from newsletter.gathering.gather import gather
from newsletter.gathering.models import Body
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from newsletter.urls import Urls
from tests.doubles.web import Web, always, serving
from tests.gathering.pages import LIMITS, articles, gathered, item, page, picture, png, rss
from tests.samples.times import NOON


@pytest.fixture
def web() -> Iterator[Web]:
    with serving({}) as made:
        yield made


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
    (article,) = articles(database)
    assert article.dek == "Nine ladders, forty salmon."
    assert (article.language, article.read_at) == ("en", NOON)
    assert (article.image_url, article.image_width, article.image_height) == (
        "http://river.test/ladder.png",
        640,
        360,
    )
    assert article.words > 50
    with database.reading() as session:
        body = session.get_one(Body, article.id)
    assert "forty salmon in the first night" in body.text
    assert body.html == "", "the whole of what others wrote is not for showing"


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
    assert {article.read_at for article in articles(database)} == {NOON}, (
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
    more = (
        "<description>What the feed says.</description>"
        "<pubDate>Mon, 11 May 2026 10:00:00 +0000</pubDate>"
    )
    web.scripts["river.test/feed"] = rss(
        item("http://river.test/gone-away", more=more),
        item("http://dead.test/never-there", more=more),
    )
    gathered(database, publication, web, "http://river.test/feed")
    assert [(article.title, article.dek, article.read_at) for article in articles(database)] == [
        ("Fish ladders open", "What the feed says.", NOON)
    ] * 2


def test_a_page_that_moved_to_a_host_that_is_down_costs_its_own_host_nothing(
    database: Database, publication: Publication, web: Web
) -> None:
    web.scripts |= {
        "river.test/feed": rss(
            *(item(f"http://river.test/news/{name}") for name in ("first", "moved", "last"))
        ),
        "river.test/news/first": always(200, page()),
        "river.test/news/moved": always(302, location="http://dead.test:1/news/moved"),
        "river.test/news/last": always(200, page()),
    }
    gathered(database, publication, web, "http://river.test/feed")
    assert sorted(article.words > 50 for article in articles(database)) == [False, True, True]


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
    assert [(article.image_url, article.image_width) for article in articles(database)] == [("", 0)]


def test_of_a_page_the_next_picture_is_taken_where_no_mail_program_shows_the_first(
    database: Database, publication: Publication, web: Web
) -> None:
    # Nothing in the addresses says what they are.
    enclosed = '<enclosure url="http://river.test/i/1" type="image/png"/>'
    names = "".join(f'<meta property="og:image" content="http://river.test/i/{n}">' for n in (2, 3))
    web.scripts |= {
        "river.test/feed": rss(item("http://river.test/news/ladders-open", more=enclosed)),
        "river.test/news/ladders-open": always(200, page(head=names)),
        "river.test/i/1": always(200, picture("WEBP", 640, 360)),
        "river.test/i/2": always(200, picture("AVIF", 640, 360)),
        "river.test/i/3": always(200, picture("JPEG", 320, 180)),
    }
    gathered(database, publication, web, "http://river.test/feed")
    (article,) = articles(database)
    assert (article.image_url, article.image_width) == ("http://river.test/i/3", 320)


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
