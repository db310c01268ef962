"""Pages: the articles that a listing shows, and what a page says of itself; deterministic, and no bytes break the reader."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats import trees
from newsletter.formats.decoding import decode
from newsletter.formats.found import Found
from newsletter.formats.listings import read_listing
from newsletter.formats.pages import metadata

SAMPLES = Path(__file__).parents[1] / "samples" / "pages"
AT = "https://lantern.example/journal"


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.html").read_bytes()


def said(name: str, url: str = "https://tidetable.example/a") -> metadata.Metadata:
    root = trees.parse_page(decode(sample(name)))
    assert root is not None
    return metadata.read_metadata(root, url)


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
        "as machines are told, not as people are"
    )


def test_a_bare_list_of_dates_and_links_is_a_listing_too() -> None:
    found = read_listing(sample("plain_listing"), "https://notes.example/")
    assert [(one.url[-9:], one.published_at and one.published_at.month) for one in found] == [
        ("0042.html", 5),
        ("0041.html", 4),
        ("0040.html", 3),
    ]


def test_an_article_is_no_listing() -> None:
    assert [
        one.url
        for one in read_listing(
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
    for one in read_listing(content, AT):
        assert one.title
        assert one.url.startswith("http")
        one.title.encode()


def test_a_page_is_what_its_json_ld_says_before_anything_else() -> None:
    page = said("article")
    assert page.title == "Harbour town lets the tides cool its servers"
    assert page.canonical_url == "https://tidetable.example/2026/05/harbour-servers"
    assert page.dek.startswith("Sea water runs")
    assert (page.author, page.language, page.site) == (
        "Ida Marsh, Tom Reed",
        "en-GB",
        "The Tide Table",
    )
    assert page.published_at == datetime(2026, 5, 5, 7, 30, tzinfo=UTC)
    assert page.image_url.endswith("harbour-large.jpg")
    assert page.topics == ("Technology", "Energy", "Data centres")


def test_a_page_with_little_to_say_is_known_by_its_heading_and_the_date_below_it() -> None:
    page = said("little")
    assert (page.title, page.published_at) == ("Mending a kettle", datetime(2026, 3, 3, tzinfo=UTC))
    polish = said("polish")
    assert (polish.title, polish.language) == ("Most nad Wartą wraca do ruchu", "pl")
    assert polish.published_at == datetime(2026, 5, 5, 9, 30, tzinfo=UTC)


def test_an_empty_headline_gives_way_to_open_graph() -> None:
    page = said("paywalled")
    assert page.title == "Chip maker halves its forecast"
    assert page.image_url == "https://ledger.example/ferrule.png"


@pytest.mark.parametrize(
    ("link", "known"),
    [
        ("https://tidetable.example/b?fbclid=1", "https://tidetable.example/b"),
        ("/", "https://tidetable.example/a"),
        ("https://tidetable.example/blog", "https://tidetable.example/a"),
        ("javascript:x()", "https://tidetable.example/a"),
        ("https://[broken", "https://tidetable.example/a"),
    ],
)
def test_a_canonical_link_is_believed_unless_it_is_a_front_page(link: str, known: str) -> None:
    root = trees.parse_page(f'<html><head><link rel="canonical" href="{link}"></head></html>')
    assert root is not None
    assert metadata.read_metadata(root, "https://tidetable.example/a").canonical_url == known


@given(
    st.recursive(
        st.none() | st.text(max_size=10) | st.integers(),
        lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=3), x),
    )
)
def test_no_json_ld_breaks_the_reading_of_a_page(value: object) -> None:

    keys = (
        "headline",
        "description",
        "datePublished",
        "author",
        "image",
        "keywords",
        "articleSection",
        "publisher",
        "inLanguage",
    )
    script = json.dumps({"@type": "Article", **dict.fromkeys(keys, value)}).replace("</", "<\\/")
    root = trees.parse_page(
        f'<html><script type="application/ld+json">{script}</script><h1>T</h1></html>'
    )
    assert root is not None
    page = metadata.read_metadata(root, "https://tidetable.example/a")
    assert len(page.title) <= 500
    f"{page}".encode()
