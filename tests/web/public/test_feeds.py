"""The feeds of a site: its newest issues, found from each page."""

import re
from datetime import timedelta

import feedparser

from newsletter.formats.feeds import read_feed
from tests.web.asking import site
from tests.web.public.test_archive import NOW, keep


def test_the_feeds_of_a_site_have_its_twenty_newest_issues_and_are_found_from_each_page(
    database_url: str,
) -> None:
    with site(database_url, NOW) as one:
        for number in range(1, 23):
            keep(one, number, f"Subject {number} & more", "A <lead>", "A row")
        keep(one, 23, "Not yet", status="approved")
        wanted = [f"http://news.example/archive/{number}" for number in range(22, 2, -1)]
        for path, media_type in (
            ("/feed.xml", "application/rss+xml"),
            ("/atom.xml", "application/atom+xml"),
            ("/feed.json", "application/feed+json"),
        ):
            answer = one.get(path)
            assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
            assert [
                item.url
                for item in read_feed(answer.text.encode(), "http://news.example" + path).found
            ] == wanted
            assert re.search(
                rf'<link rel="alternate"\s+type="{re.escape(media_type)}"', one.get("/archive").text
            )
            if path.endswith("xml"):
                parsed = feedparser.parse(answer.text)
                assert not parsed.bozo
                assert "A &lt;lead&gt;" in parsed.entries[0].content[0].value
                assert (
                    parsed.entries[0].published_parsed[:5]
                    == (NOW - timedelta(weeks=28)).timetuple()[:5]
                )


def test_a_feed_without_an_issue_is_a_feed(sqlite_url: str) -> None:
    with site(sqlite_url, NOW) as here:
        for path in ("/feed.xml", "/atom.xml", "/feed.json"):
            answer = here.get(path)
            feed = read_feed(answer.text.encode(), f"http://news.example{path}")
            assert (feed.title, feed.found) == (here.publication.name, ())


def test_who_has_a_feed_already_is_not_sent_it_again(sqlite_url: str) -> None:
    with site(sqlite_url, NOW) as here:
        keep(here, 1, "Tides")
        tag = here.get("/feed.xml").headers["etag"]
        assert here.get("/feed.xml", if_none_match=tag).status == 304
        keep(here, 2, "Lamps")
        assert here.get("/feed.xml", if_none_match=tag).status == 200
