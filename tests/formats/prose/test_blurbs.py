"""Blurbs and titles: what feeds put around the news is cut away, and what is left is whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.feeds import read_feed
from newsletter.formats.prose.blurbs import BLURB_CHARS, BRIEF_CHARS, printed_blurb, printed_title
from tests.gathering.real import SHARED

FEEDS = SHARED / "feeds"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Ferry fares rise | Harbor Wire", "Ferry fares rise"),
        ("Ferry fares rise - Harbor Wire", "Ferry fares rise"),
        ("Ferry fares rise — a second time", "Ferry fares rise — a second time"),
        ("EXCLUSIVE: Ferry fares rise", "Ferry fares rise"),
        ("🚀🔥 Ferry fares rise 🚢", "Ferry fares rise"),
        ("FERRY FARES RISE IN THE UK AGAIN", "Ferry fares RISE in the UK again"),
        ("GPT-5 | A review", "GPT-5 | A review"),
        ("🔥🔥", "🔥🔥"),
    ],
)
def test_a_title_loses_what_is_not_its_own(raw: str, clean: str) -> None:
    assert printed_title(raw, "Harbor Wire") == clean


@pytest.mark.parametrize(
    ("dek", "clean"),
    [
        ("Fares rise by a tenth. Read more", "Fares rise by a tenth."),
        ("Fares rise by a tenth. Continue reading →", "Fares rise by a tenth."),
        (
            "Fares rise by a tenth. The post Ferry fares rise appeared first on Harbor Wire.",
            "Fares rise by a tenth.",
        ),
        ("Ferry fares rise. Fares rise by a tenth.", "Fares rise by a tenth."),
        ("Ferry fares rise", ""),
        ("By Ada Keel | Fares rise by a tenth.", "Fares rise by a tenth."),
        ("OSLO, May 4 (Harbor Wire) — Fares rise by a tenth.", "Fares rise by a tenth."),
        ("Oslo (Harbor Wire) - Fares rise by a tenth.", "Fares rise by a tenth."),
        ("4 min read · Fares rise by a tenth.", "Fares rise by a tenth."),
        (
            "Fares rise by a tenth. Nobody was asked. The council will [...]",
            "Fares rise by a tenth. Nobody was asked.",
        ),
        (
            "Fares rise by a tenth, and they ask for more.",
            "Fares rise by a tenth, and they ask for more.",
        ),
        ("Fares rise by a tenth for all who cross", "Fares rise by a tenth for all who cross."),
    ],
)
def test_a_blurb_is_whole_sentences_of_the_news_alone(dek: str, clean: str) -> None:
    assert printed_blurb(dek, "Ferry fares rise") == clean


@pytest.mark.parametrize(
    ("dek", "clean"),
    [
        (
            "Ferry fares rise by a tenth, council says.",
            "Ferry fares rise by a tenth, council says.",
        ),
        ("Applied Research", ""),
        ("and the council agreed. Fares rise.", "Fares rise."),
        ("…then came the rain. Fares rise.", "Fares rise."),
        ("Fares rise by a tenth. Let me share a few observations...", "Fares rise by a tenth."),
        ("Let me share a few observations...", ""),
        ("Fares rise by a tenth. The council says that the", "Fares rise by a tenth."),
        ("The council says that the", ""),
        ("ferries now take bicycles on every line", "Ferries now take bicycles on every line."),
        ("llama.cpp reads charts now.", "llama.cpp reads charts now."),
        ("“Fares rise. Nobody was asked,” she said.", "“Fares rise. Nobody was asked,” she said."),
        ("Fares rise by a tenth. Sign up at https://x.example/y.", "Fares rise by a tenth."),
        (
            "The U.S. Senate votes on fares. It is close.",
            "The U.S. Senate votes on fares. It is close.",
        ),
        ("料金が上がります。明日からです。", "料金が上がります。明日からです。"),
    ],
)
def test_a_blurb_never_begins_or_ends_inside_a_sentence(dek: str, clean: str) -> None:
    assert printed_blurb(dek, "Ferry fares rise") == clean


def test_a_sentence_that_is_too_long_ends_where_a_clause_ends_or_is_left_out() -> None:
    long = "The council voted for fares " + "that are much higher " * 12
    assert printed_blurb(f"{long}than ever, and went home at once after that.", "T") == (
        f"{long}than ever."
    )
    assert printed_blurb(f"{long}than ever was asked for at the harbour.", "T") == ""
    brief = "The council voted for fares " + "that are much higher " * 7 + "than ever."
    assert printed_blurb(f"{brief} They went home.", "T", BRIEF_CHARS) == brief


@given(st.text(max_size=400), st.text(max_size=80))
def test_whatever_comes_it_fits_and_a_title_is_never_lost(text: str, other: str) -> None:
    assert len(printed_blurb(text, other)) <= BLURB_CHARS + 1
    assert bool(printed_title(text, other)) == bool(text.strip())


def test_real_feeds_give_blurbs_without_leavings() -> None:
    if not FEEDS.exists():
        pytest.skip("the real feeds are not here (../shared/feeds)")
    found = [
        item
        for file in sorted(FEEDS.glob("*.xml"))
        for item in read_feed(file.read_bytes(), "https://feeds.example/x").found
    ]
    assert len(found) > 500
    for item in found:
        text = printed_blurb(item.dek, item.title)
        assert "read more" not in text.casefold()
        assert "appeared first on" not in text
        assert not text or text[-1] in ".!?…”\"')]" or len(text.split()) <= 3, text
        assert printed_title(item.title)
