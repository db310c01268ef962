"""Imported HTML: letters of other programs without their layout, counters and readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.imported_html import import_html
from newsletter.formats.trees import parse_page
from tests.samples.hostile import HOSTILE, harmless

BASE = "https://old.example/p/tides"


def imported(body: str) -> str:
    root = parse_page(f"<html><head><title>T</title></head><body>{body}</body></html>")
    assert root is not None
    return import_html(root, BASE)


def test_tables_of_layout_become_paragraphs_and_tables_of_data_stay() -> None:
    layout = "<table><tr><td><table><tr><td>One</td><td>Two</td></tr></table></td></tr></table>"
    assert imported(layout) == "<p>One</p><p>Two</p>"
    data = "<table><tbody><tr><th>Tide</th></tr><tr><td>low</td></tr></tbody></table>"
    assert "<th>Tide</th>" in imported(data)


def test_words_beside_blocks_become_paragraphs() -> None:
    assert imported("<div>One <b>two</b><p>three</p>four</div>") == (
        "<p>One <b>two</b></p><p>three</p><p>four</p>"
    )


def test_headings_begin_at_h2_and_skip_no_level() -> None:
    assert imported("<h3>a</h3><h6>b</h6>") == "<h2>a</h2><h3>b</h3>"


def test_addresses_are_whole_and_count_nobody() -> None:
    html = imported('<p><a href="/a?utm_source=letter">one</a> <img src="/b.png"></p>')
    assert 'href="https://old.example/a"' in html
    assert 'src="https://old.example/b.png"' in html


@pytest.mark.parametrize(
    "counter",
    [
        '<img src="https://count.example/p.gif" width="1">',
        '<a href="https://count.example/x"><img src="https://count.example/p.gif" height="1"></a>',
        '<img src="http://old.example/plain.png">',
        '<p style="display:none">hidden</p>',
        "<script>x()</script>",
    ],
)
def test_what_counts_or_is_hidden_goes(counter: str) -> None:
    assert imported(f"<p>Words</p>{counter}") == "<p>Words</p>"


@pytest.mark.parametrize(
    "notice",
    [
        "You get this as ada@news.example. <a href='/x'>Unsubscribe</a>",
        "<a href='/view'>View in browser</a>",
        "<a href='https://old.example/leave?u=*|UNIQID|*'>here</a>",
        "Hier <a href='/x'>abmelden</a>.",
    ],
)
def test_a_paragraph_that_was_for_one_reader_goes(notice: str) -> None:
    assert imported(f"<p>Words</p><p>{notice}</p>") == "<p>Words</p>"


def test_a_long_paragraph_loses_its_personal_link_only() -> None:
    words = "word " * 100
    html = imported(f"<p>{words}<a href='/x'>unsubscribe</a></p>")
    assert "unsubscribe" not in html
    assert "word word" in html


def test_merge_fields_are_left_out() -> None:
    assert imported("<p>Dear *|FNAME|*{{ name }}%%name%% reader</p>") == "<p>Dear  reader</p>"


@pytest.mark.parametrize("attack", HOSTILE)
def test_nothing_that_runs_is_kept(attack: str) -> None:
    harmless(imported(f"<p>Words</p>{attack}"))


@given(st.text(max_size=200))
def test_no_text_breaks_the_import(text: str) -> None:
    harmless(imported(text))
