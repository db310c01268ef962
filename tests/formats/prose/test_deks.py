"""Deks: what stands in the place of one, or around it, is cut away in many languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.markup import DEK_CHARS
from newsletter.formats.prose.deks import (
    MOST_FIRST,
    clean_dek,
    is_label,
    stored_dek,
    without_title,
)

NEWS = "Fares rise by a tenth."


@pytest.mark.parametrize(
    "text",
    [
        "Applied Research",
        "Company News | Product",
        "May 5, 2026",
        "4 min read",
        "Comments",
        "submitted by   /u/keel  to r/ferries  [link] [comments]",
        "Article URL: https://a.example Comments URL: https://b.example Points: 1 # Comments: 0",
        "What's Changed * Fix the mooring by @keel in https://forge.example/o/p/pull/1",
        "Read more",
        "The post Ferry fares appeared first on Harbor Wire.",
        "お知らせ",
    ],
)
def test_what_says_nothing_of_the_news_is_no_dek(text: str) -> None:
    assert clean_dek(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        f"arXiv:2605.01234v1 Announce Type: replace-cross Abstract: {NEWS}",
        f"Abstract: {NEWS}",
        f"The Harbor News & Insights: {NEWS}",
        f"{NEWS} submitted by /u/keel [link] [comments]",
        f"{NEWS} Points: 3 # Comments: 12",
        f"{NEWS} Der Beitrag Fähre teurer erschien zuerst auf Hafenblatt.",
        f"{NEWS} L’article Les tarifs est apparu en premier sur Le Port.",
        f"{NEWS} La entrada Suben las tarifas se publicó primero en El Puerto.",
        f"{NEWS} L'articolo Tariffe proviene da Il Porto.",
        f"{NEWS} O post Tarifas apareceu primeiro em O Porto.",
        f"{NEWS} Het bericht Tarieven verscheen eerst op De Haven.",
        f"{NEWS} Weiterlesen",
        f"{NEWS} Lire la suite →",
        f"{NEWS} Leer más »",
        f"{NEWS} Читать далее",
        f"{NEWS} 続きを読む",
        f"{NEWS} اقرأ المزيد",
        f"{NEWS} [link] [comments]",
        f"{NEWS} […]",
    ],
)
def test_what_feeds_put_around_a_dek_is_cut_away(text: str) -> None:
    assert clean_dek(text) == NEWS


@pytest.mark.parametrize(
    "text",
    [
        "Talking points: three ideas for ferries.",
        "Why it matters: Fares rise.",
        "A toolkit for testing agents",
        "They ask for more",
        "Das Abstract eines Papers: Alles wird teurer.",
    ],
)
def test_a_dek_that_only_looks_a_little_like_it_stays(text: str) -> None:
    assert clean_dek(text) == text


def test_a_title_is_cut_off_only_where_a_sentence_of_its_own_follows() -> None:
    title = "Ferry fares rise"
    assert without_title(f"{title}: The council voted.", title) == "The council voted."
    assert without_title(f"{title} — The council voted.", title) == "The council voted."
    assert without_title(f"{title}. The council voted.", title) == "The council voted."
    for whole in (f"{title} by a tenth, they say.", f"{title}, and nobody asked.", f"{title}rs."):
        assert without_title(whole, title) == whole
    assert without_title("Why now? The council voted.", "Why now?") == "The council voted."
    for empty in (title, f"{title} Harbor Wire", f"{title} - Harbor Wire", "Ferry fares…"):
        assert without_title(empty, title) == ""


def test_a_long_first_sentence_is_kept_whole_and_a_longer_one_is_cut() -> None:
    long = "Fares " + "really " * 60 + "rise."
    assert stored_dek(f"{long} It is so.", "T") == long
    longest = "Fares " + "really " * 200 + "rise."
    assert len(stored_dek(longest, "T")) <= DEK_CHARS


@given(st.text(max_size=300), st.text(max_size=60))
def test_nothing_comes_in_whatever_is_cut_away(text: str, title: str) -> None:
    stored = stored_dek(text, title)
    assert len(stored) <= MOST_FIRST
    assert stored.rstrip("…") in " ".join(text.split())
    assert not clean_dek(text) or not is_label(clean_dek(text))
