"""Found items: what a source wrote is made plain, bounded and absolute, and says something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.found import (
    LONGEST_URL,
    MOST_ITEMS,
    SourceItem,
    absolute,
    make_found,
    make_newest,
)
from tests.samples.feeds import read_item, read_items


def test_an_item_without_a_title_takes_its_first_words() -> None:
    (item,) = read_item(
        "<link>/a</link><description>We moved house. The rest is about boxes.</description>"
    )
    assert (item.title, item.dek) == ("We moved house. The rest is about boxes.", "")
    (long,) = read_item(
        "<link>/a</link><description>We moved to a new house in the north"
        f"{' and carried boxes' * 9}.</description>"
    )
    assert (
        long.title
        == "We moved to a new house in the north and carried boxes and carried boxes and…"
    )


@pytest.mark.parametrize(
    ("written", "dek"),
    [
        ("It works. The post It works appeared first on News.", "It works."),
        ("It works. […]", "It works."),
        ("It works. Continue reading It works", "It works."),
        ("Comments", ""),
        ("T", ""),
    ],
)
def test_a_dek_says_something_or_nothing(written: str, dek: str) -> None:
    assert (
        read_item(f"<title>T</title><link>/a</link><description>{written}</description>")[0].dek
        == dek
    )


def test_a_title_that_a_listing_page_glued_together_is_taken_apart_by_its_date() -> None:
    date = "<link>/a</link><pubDate>Tue, 05 May 2026 00:00:00 GMT</pubDate>"
    assert (
        read_item(f"<title>May 5, 2026ScienceHow cells fold</title>{date}")[0].title
        == "Science: How cells fold"
    )
    whole = read_item(f"<title>ScienceMay 5, 2026How cells foldWe looked at cells.</title>{date}")[
        0
    ]
    assert (whole.title, whole.dek) == ("How cells fold", "We looked at cells.")
    assert read_item(f"<title>May 4, 2026A day</title>{date}")[0].title == "May 4, 2026A day", (
        "another day is part of the title"
    )


def test_of_too_many_items_the_newest_are_kept_whatever_their_order() -> None:
    many = "".join(
        f"<item><title>T</title><link>/{n}</link><pubDate>{2000 + n // 365}-01-01</pubDate></item>"
        for n in range(MOST_ITEMS + 365)
    )
    kept = read_items(
        f"<rss version='2.0'><channel><title>T</title>{many}</channel></rss>".encode()
    )
    assert len(kept) == MOST_ITEMS
    assert min(item.published_at.year for item in kept if item.published_at) == 2001


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/a", "https://news.example/a"),
        (" b ", "https://news.example/b"),
        ("https://other.example/a\n  b", "https://other.example/ab"),
        ("mailto:ada@news.example", ""),
        ("https://[broken", ""),
        ("/" + "x" * LONGEST_URL, ""),
        ("/" + "ü" * (LONGEST_URL // 4), ""),
        ("", ""),
    ],
)
def test_a_link_is_an_address_of_the_web_that_can_be_kept_or_none(link: str, address: str) -> None:
    assert absolute(link, "https://news.example/feed") == address


def test_items_keep_their_order_where_all_that_are_whole_fit() -> None:
    items = [SourceItem([f"/{n}"], "T", dates=[f"2026-05-{n + 1:02}"]) for n in range(9)]
    items += [SourceItem([], "without a link")] * MOST_ITEMS
    kept = make_newest(items, "https://news.example/")
    assert [found.url[-1] for found in kept] == list("012345678")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ada@news.example (Ada Grey)", "Ada Grey"),
        ("ada@news.example", ""),
        ("Ada Grey", "Ada Grey"),
    ],
)
def test_an_author_is_a_name_and_no_address(written: str, name: str) -> None:
    found = make_found(SourceItem(["/a"], "T", authors=[written]), "https://news.example/")
    assert found is not None
    assert found.author == name


def test_topics_are_plain_each_once_and_no_dates() -> None:
    topics = ["<b>Science</b>", "Science", "May 5, 2026", "", *map(str, range(20))]
    found = make_found(SourceItem(["/a"], "T", topics=topics), "https://news.example/")
    assert found is not None
    assert found.topics == ("Science", *map(str, range(9)))


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_link_breaks_the_reader(link: str, base: str) -> None:
    assert absolute(link, base) == "" or absolute(link, base).lower().startswith("http")


def test_a_release_bears_the_name_of_its_project_which_forges_leave_out() -> None:
    def titled(title: str, url: str) -> str:
        found = make_found(SourceItem([url], title), url)
        return found.title if found else ""

    at = "https://forge.example/quay/moor/releases/tag/v1.2.3"
    assert titled("v1.2.3", at) == "moor v1.2.3"
    assert titled("The big one", at) == "moor: The big one"
    assert titled("Moor 1.2.3", at) == "Moor 1.2.3"
    assert titled("v2", "https://lab.example/quay/moor/-/releases/v2") == "moor v2"
    # A folder of press releases is no project.
    assert titled("Quay opens", "https://quay.example/en/news/releases/2026/x") == "Quay opens"
