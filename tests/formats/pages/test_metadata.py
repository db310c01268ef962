"""Metadata: a page's own account of itself, the best source first, whatever the page."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.decoding import decode
from newsletter.formats.pages.metadata import Metadata, read_metadata
from newsletter.formats.trees import parse_page
from tests.samples.page_files import sample


def metadata_of(name: str, url: str = "https://tidetable.example/a") -> Metadata:
    root = parse_page(decode(sample(name)))
    assert root is not None
    return read_metadata(root, url)


def test_a_page_is_what_its_json_ld_says_before_anything_else() -> None:
    page = metadata_of("article")
    assert page.title == "Harbour town lets the tides cool its servers"
    assert page.canonical_url == "https://tidetable.example/2026/05/harbour-servers"
    assert page.dek.startswith("Sea water runs")
    assert (page.author, page.language, page.site) == (
        "Ida Marsh, Tom Reed",
        "en-GB",
        "The Tide Table",
    )
    assert page.published_at == datetime(2026, 5, 5, 7, 30, tzinfo=UTC)
    assert page.images[0].endswith("harbour-large.jpg")
    assert page.topics == ("Technology", "Energy", "Data centres")


def test_a_page_with_little_to_say_is_known_by_its_heading_and_the_date_below_it() -> None:
    page = metadata_of("little")
    assert (page.title, page.published_at) == ("Mending a kettle", datetime(2026, 3, 3, tzinfo=UTC))
    polish = metadata_of("polish")
    assert (polish.title, polish.language) == ("Most nad Wartą wraca do ruchu", "pl")
    assert polish.published_at == datetime(2026, 5, 5, 9, 30, tzinfo=UTC)


def test_an_empty_headline_gives_way_to_open_graph() -> None:
    page = metadata_of("paywalled")
    assert page.title == "Chip maker halves its forecast"
    assert page.images == ("https://ledger.example/ferrule.png",)


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
    root = parse_page(f'<html><head><link rel="canonical" href="{link}"></head></html>')
    assert root is not None
    assert read_metadata(root, "https://tidetable.example/a").canonical_url == known


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
    root = parse_page(
        f'<html><script type="application/ld+json">{script}</script><h1>T</h1></html>'
    )
    assert root is not None
    page = read_metadata(root, "https://tidetable.example/a")
    assert len(page.title) <= 500
    f"{page}".encode()


def read_head(head: str, body: str = "") -> Metadata:
    root = parse_page(f"<html><head>{head}</head><body>{body}</body></html>")
    assert root is not None
    return read_metadata(root, "https://tidetable.example/2026/04/01/a")


def test_a_sites_name_is_no_part_of_a_title() -> None:
    site = '<meta property="og:site_name" content="The Tide Table">'
    assert read_head(f"<title>A word | The Tide Table</title>{site}").title == "A word"
    assert read_head(f"<title>A word | Another</title>{site}").title == "A word | Another"


def test_a_date_in_the_address_counts_where_the_page_has_none() -> None:
    assert read_head("").published_at == datetime(2026, 4, 1, tzinfo=UTC)
    modified = '<article><time datetime="2026-04-02">x</time></article>'
    assert read_head("", modified).published_at == datetime(2026, 4, 2, tzinfo=UTC)


def test_an_author_that_is_an_address_is_no_name() -> None:
    assert read_head('<meta name="author" content="https://face.example/ada">').author == ""
    assert read_head('<meta name="author" content="Ada Grey">').author == "Ada Grey"


def test_a_meta_element_is_text_and_not_markup() -> None:
    assert (
        read_head('<meta name="description" content="A &lt;b&gt; is no c.">').dek
        == "A <b> is no c."
    )
