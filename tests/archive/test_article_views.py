"""The page of an article: whole or as an excerpt, and which addresses it lets through."""

from datetime import UTC, datetime

import pytest

from newsletter.archive.article_views import other_page, own_page, read_minutes
from newsletter.gathering.models import Article, Body
from newsletter.urls import Urls

NOW = datetime(2026, 5, 12, 7, 0, tzinfo=UTC)
URLS = Urls("https://news.example")


def article(url: str, dek: str = "", image_url: str = "") -> Article:
    return Article(
        url=url,
        slug="tides",
        title="Tides",
        dek=dek,
        image_url=image_url,
        published_at=NOW,
        first_seen_at=NOW,
        words=660,
    )


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (219, 1), (440, 2), (2200, 10)])
def test_reading_takes_a_minute_for_220_words_and_at_least_one(words: int, minutes: int) -> None:
    assert read_minutes(words) == minutes


def test_an_own_article_is_canonical_where_it_was_written() -> None:
    shown = article("https://own.example/tides")
    written = own_page(shown, Body(article_id=1, html="<p>High</p>", markdown="High"), URLS)
    assert written.url == "https://news.example/articles/tides"
    gathered = own_page(shown, Body(article_id=1, html="<p>High</p>"), URLS)
    assert gathered.url == "https://own.example/tides"
    assert gathered.is_own
    assert gathered.minutes == 3


def test_an_article_of_another_is_an_excerpt_with_the_name_of_its_source() -> None:
    shown = article("https://www.wire.example/tides", dek="High water. " * 200)
    page = other_page(shown, "Circuit Wire")
    assert not page.is_own
    assert page.html == ""
    assert len(page.dek) < len(shown.dek)
    assert page.source_name == "Circuit Wire"
    assert other_page(shown, "").source_name == "wire.example"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example"])
def test_a_page_leads_to_addresses_of_the_web_only(url: str) -> None:
    page = other_page(article(url), "")
    assert (page.url, page.source_name) == ("", "")


def test_an_address_that_cannot_be_parsed_has_no_host() -> None:
    assert other_page(article("http://[x"), "").source_name == ""


def test_images_come_by_https_only() -> None:
    for url, shown in (("https://p.example/a.jpg",) * 2, ("http://p.example/a.jpg", "")):
        page = own_page(article("https://own.example/", image_url=url), Body(article_id=1), URLS)
        assert page.image_url == shown
