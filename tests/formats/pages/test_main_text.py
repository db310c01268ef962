"""Main text: the article of a page and nothing around it, whatever the bytes."""

import random
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.formats.pages.main_text import extract_page
from newsletter.formats.pages.page import NotAPage
from tests.samples.feeds import damaged
from tests.samples.page_files import PAGES, sample

AT = "https://tidetable.example/a"
PARAGRAPH = "<p>A sentence of some words that goes on for a while, and then it ends.</p>"


def test_an_article_is_its_text_without_menus_scripts_and_what_else_there_is_to_read() -> None:
    page = extract_page(sample("article"), AT)
    assert page.text.startswith("Twice a day the sea rises under the town hall")
    assert page.text.endswith("and were told so kindly.")
    assert not any(
        word in page.text
        for word in ("written by a script", "steal", "windmill", "Privacy", "Copyright")
    )
    assert "What the fish think" in page.text
    assert page.words == len(page.text.split())


def test_its_html_is_clean_with_whole_addresses_and_its_pictures() -> None:
    html = extract_page(sample("article"), AT).html
    assert '<a href="https://wrenmouth.example/plans" rel="noopener nofollow">' in html
    assert '<img src="https://tidetable.example/pictures/outlet.jpg"' in html
    assert "<h2>What the fish think</h2>" in html
    assert "<script" not in html
    assert "<h1" not in html, "the title is shown by whoever shows the article"


def test_the_pictures_that_a_page_names_come_first_then_the_first_of_its_text() -> None:
    page = extract_page(sample("article"), AT)
    assert [page.image_url, *page.more_images] == [
        f"https://tidetable.example/pictures/{name}.jpg"
        for name in ("harbour-large", "harbour", "outlet")
    ]


def test_a_page_that_says_little_has_a_dek_of_its_first_good_sentences() -> None:
    page = extract_page(sample("little"), AT)
    assert page.dek.startswith("My kettle stopped clicking on a Sunday, which is when kettles do.")
    assert page.dek.endswith(".")
    assert page.text.startswith("My kettle"), "the line with the date is no text"
    assert page.published_at == datetime(2026, 3, 3, tzinfo=UTC)


def test_a_stub_behind_a_wall_has_what_the_page_says_of_itself() -> None:
    page = extract_page(sample("paywalled"), AT)
    assert page.title == "Chip maker halves its forecast"
    assert page.dek.startswith("Orders for the autumn")
    assert page.words < 10


def test_another_language_in_a_wrongly_declared_encoding_is_read() -> None:
    page = extract_page(sample("polish"), AT)
    assert "mieszkańcy Zarzecza znów przejadą" in page.text
    assert (page.language, page.site) == ("pl", "Kurier Zarzecza")


def test_a_broken_page_is_read() -> None:
    page = extract_page(sample("broken"), AT)
    assert page.text.startswith("This page was written by hand in a hurry")
    assert "what was for dinner" in page.text


def test_words_that_are_not_set_apart_are_counted_by_their_signs() -> None:
    line = "東京の小さな研究所は、海の水で計算機を冷やす方法を試している。" * 10
    article = f"<article><h1>海の水</h1><p>{line}</p></article>"
    page = extract_page(f"<html lang=ja><title>海の水</title>{article}</html>".encode(), AT)
    assert page.words > 100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0",
        b"plain words",
        b"<html></html>",
        b"%PDF-1.7",
        b"\x1f\x8b\x08broken",
        b"<div>" * 200_000,
    ],
)
def test_what_is_no_article_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPage, match="article"):
        extract_page(content, AT)


@pytest.mark.parametrize(
    "body",
    [
        f'<div class="{"../" * 300_000}">{PARAGRAPH}</div>',
        f'<div id="{"../" * 100}">{PARAGRAPH}</div>' * 2500,
        "<b class=x>" * 240 + '<font size="1">' + "<p>x" * 3000,
        f'<ul class="The post "><a href="/a-b-c">{PARAGRAPH}</a></ul>' * 3000,
    ],
    ids=["one long name", "many names", "deep", "many elements"],
)
def test_no_page_takes_long(body: str) -> None:
    # What is looked for in each element, name or ancestor is counted before it is looked for.
    began = time.process_time()
    with suppress(NotAPage):
        extract_page(f"<title>A title</title><body>{body}".encode(), AT)
    assert time.process_time() - began < 5  # the child that reads it has ten seconds


def test_a_page_with_long_names_keeps_its_text() -> None:
    paragraphs = "".join(f"<p>Sentence {n} has some words and then it ends.</p>" for n in range(9))
    named = f'<div class="{"w-1 " * 50_000}"><article>{paragraphs}</article></div>'
    page = extract_page(f"<title>A title</title><body>{named}".encode(), AT)
    assert page.text.count("Sentence") == 9


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_no_damage_to_a_page_breaks_the_extraction(chance: random.Random) -> None:
    check(damaged(sample(chance.choice(PAGES)), sample(chance.choice(PAGES)), chance))


@settings(max_examples=60)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(
        lambda text: f"<html><h1>{text}</h1><p>{text}</p>".encode("utf-8", "replace")
    )
)
def test_no_bytes_break_the_extraction(content: bytes) -> None:
    check(content)


def check(content: bytes) -> None:
    try:
        page = extract_page(content, AT)
    except NotAPage:
        return
    assert page.canonical_url.startswith("http")
    assert 0 < len(page.title) <= 500
    assert len(page.dek) <= 300
    assert not {"<script", "javascript:"} & {page.html.lower()}
    f"{page}".encode()
