"""Rules of own articles: what is wrong names its line, what is right is kept as it was meant."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.pages.article_form import ArticleForm, BadField, read_article_file
from newsletter.formats.pages.article_rules import judge_article
from newsletter.formats.pages.front_matter import BadFile
from newsletter.formats.pages.markdown import render_line

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 12, 8, 31, 22, tzinfo=UTC)  # 10:31 in Berlin
FILE = """---
title: Harbor Compute: the tide table
dek: Four megawatts, twice a day.
date: 2026-05-14 09:00
author: Mara Lindt
source: [Harbor Compute](https://harbor.example/news)
source_date: May 2026
image: https://pictures.example/tide.jpg
image_alt: A basin at low water
topics: infrastructure, #energy
slug: tide-table
---

# What is built

A basin, a gate and a hall.
"""


def test_a_file_gives_every_field() -> None:
    written = judge_article(read_article_file(FILE), BERLIN, NOW)
    assert (written.title, written.dek) == (
        "Harbor Compute: the tide table",
        "Four megawatts, twice a day.",
    )
    assert written.published_at == datetime(2026, 5, 14, 7, 0, tzinfo=UTC)
    assert (written.author, written.source_date, written.slug) == (
        "Mara Lindt",
        "May 2026",
        "tide-table",
    )
    assert (
        render_line(written.source_line)
        == '<a href="https://harbor.example/news" rel="noopener nofollow">Harbor Compute</a>'
    )
    assert (written.image_url, written.image_alt) == (
        "https://pictures.example/tide.jpg",
        "A basin at low water",
    )
    assert written.topics == ("infrastructure", "energy")
    assert written.html.strip() == "<h2>What is built</h2>\n<p>A basin, a gate and a hall.</p>"
    assert written.text == "What is built A basin, a gate and a hall."


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_an_article_or_an_error_that_says_what_to_do(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\ntext", f"---\ntitle: t\n---\n{text}"):
        try:
            judge_article(read_article_file(whole), BERLIN, NOW)
        except (BadFile, BadField) as error:
            assert re.match(r"line \d+", str(error)), str(error)


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("A text alone.", "line 1: A file in Markdown begins with a line ---"),
        ("---\ntitle: x\n", "line 3: the head has no end"),
        ("---\ntitle: x\nno colon here\n---\ntext", "line 3: no colon in 'no colon here'"),
        (
            "---\ntitle: x\ntags: y\n---\ntext",
            "line 3: there is no key 'tags'. The keys are title, dek",
        ),
        ("---\ntitle: x\n\ntitle: y\n---\ntext", "line 4: title stands in line 2 already"),
        ("---\ndek: x\n---\ntext", "line 1, title: An article needs a title."),
        ("---\ntitle: x\n---\n\n", "line 4, body: An article needs a text."),
        (
            "---\ntitle: x\ndate: next Tuesday\n---\ntext",
            "line 3, date: 'next Tuesday' is no date. Write it like 2026-05-12",
        ),
        (
            "---\ntitle: x\nimage: http://a.example/x.png\n---\ntext",
            "line 3, image: An image is an https address",
        ),
        ("---\ntitle: x\nslug: Not This\n---\ntext", "line 3, slug: A slug is a-z, 0-9"),
        (
            "---\ntitle: x\ndate: 0001-01-01 00:00\n---\ntext",
            "line 3, date: '0001-01-01 00:00' is no date",
        ),
        (
            f"---\ntitle: {'x' * 301}\n---\ntext",
            "line 2, title: 301 characters are too many. Cut it to 300.",
        ),
    ],
)
def test_an_error_names_the_line_and_says_what_to_do(file: str, says: str) -> None:
    with pytest.raises((BadFile, BadField)) as caught:
        judge_article(read_article_file(file), BERLIN, NOW)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("date", "kept_at", "at"),
    [
        ("", None, NOW),
        (
            "2026-05-12",
            None,
            NOW,
        ),  # today is now: the beginning of today may lie before the window of the issue
        ("2026-05-11", None, datetime(2026, 5, 10, 22, 0, tzinfo=UTC)),
        ("2026-05-12T09:00+00:00", None, datetime(2026, 5, 12, 9, 0, tzinfo=UTC)),
        ("", datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC), datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC)),
        (
            "2026-05-02",
            datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC),
            datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC),
        ),
        (
            "2026-05-02 07:00",
            datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC),
            datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC),
        ),
        (
            "2026-05-02 07:01",
            datetime(2026, 5, 2, 5, 0, 7, tzinfo=UTC),
            datetime(2026, 5, 2, 5, 1, tzinfo=UTC),
        ),
    ],
)
def test_a_date_is_read_in_the_publications_zone_and_keeps_the_hour_that_the_article_has(
    date: str, kept_at: datetime | None, at: datetime
) -> None:
    assert (
        judge_article(
            ArticleForm(title="t", body="b", date=date), BERLIN, NOW, kept_at
        ).published_at
        == at
    )


def test_a_dek_that_is_not_given_is_cut_from_the_text() -> None:
    written = judge_article(
        ArticleForm(title="t", body=f"# Head\n\n{'A sentence of the text. ' * 40}"), BERLIN, NOW
    )
    assert written.dek.startswith("Head A sentence")
    assert len(written.dek) <= 300


def test_the_limits_hold_for_every_field() -> None:
    for key, value in (
        ("dek", "x" * 1001),
        ("body", "x" * 200_001),
        ("topics", ",".join(map(str, range(11)))),
        ("version", "one"),
    ):
        with pytest.raises(BadField) as caught:
            judge_article(replace(ArticleForm(title="t", body="b"), **{key: value}), BERLIN, NOW)
        assert caught.value.key == key
