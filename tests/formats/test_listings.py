"""Listings: the articles that a page shows and nothing else, the same each time, from any bytes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.found import Found
from newsletter.formats.listings import read_listing
from tests.samples.page_files import sample

AT = "https://lantern.example/journal"


def test_a_listing_gives_its_own_articles_with_date_dek_and_picture_and_nothing_else() -> None:
    wicks, glass, moths = read_listing(sample("listing"), AT)
    assert wicks == Found(
        "https://lantern.example/journal/wicks-that-last",
        "Wicks that last a winter",
        "We burned forty wicks side by side for a month and wrote down which of them went out.",
        published_at=datetime(2026, 5, 5, tzinfo=UTC),
        image_url="https://lantern.example/i/wick.jpg",
    )
    assert glass.title == "Glass, and how it breaks"
    assert moths.published_at == datetime(2026, 4, 1, 12, tzinfo=UTC), (
        "the time that is written for machines"
    )


def test_a_bare_list_of_dates_and_links_is_a_listing_too() -> None:
    found = read_listing(sample("plain_listing"), "https://notes.example/")
    assert [(item.url[-9:], item.published_at and item.published_at.month) for item in found] == [
        ("0042.html", 5),
        ("0041.html", 4),
        ("0040.html", 3),
    ]


def test_an_article_is_no_listing() -> None:
    assert [
        item.url
        for item in read_listing(
            sample("article"), "https://tidetable.example/2026/05/harbour-servers"
        )
    ] == []


def test_the_same_page_gives_the_same_links_each_time() -> None:
    assert read_listing(sample("listing"), AT) == read_listing(sample("listing"), AT)


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(
        lambda inside: sample("listing").replace(b"Wicks", inside.encode("utf-8", "replace"))
    )
)
def test_no_bytes_break_the_reading_of_a_listing(content: bytes) -> None:
    for item in read_listing(content, AT):
        assert item.title
        assert item.url.startswith("http")
        item.title.encode()
