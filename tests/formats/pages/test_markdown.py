"""Markdown: headings below the page's own, and nothing in it runs on a page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.markdown import render, render_line
from tests.samples.hostile import HOSTILE, harmless


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    assert re.findall(r"<h\d>", render("# a\n### b\n###### c\n# d\n")) == [
        "<h2>",
        "<h3>",
        "<h4>",
        "<h2>",
    ]
    assert re.findall(r"<h\d>", render("## a\n#### b\n")) == ["<h2>", "<h3>"]


@pytest.mark.parametrize("attack", HOSTILE)
def test_nothing_that_runs_survives_in_a_text_or_a_source_line(attack: str) -> None:
    for shape in (
        "{}",
        "[x]({})",
        "![x]({})",
        "<{}>",
        "[x]: {}\n\n[x]",
        "# {}",
        "```\n{}\n```",
        "| {} |\n|--|\n| {} |",
    ):
        harmless(render(shape.replace("{}", attack)))
        harmless(render_line(shape.replace("{}", attack).replace("\n", " ")))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_at_all_makes_a_page_that_runs_something(text: str) -> None:
    harmless(render(text))
