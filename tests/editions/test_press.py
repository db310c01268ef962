"""The press: what an author writes arrives whole and harmless."""

import html as markup
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.editions.content import Content, ContentItem, Face
from newsletter.editions.press import EditionTooLarge, press, press_letter

FACE = Face(
    "The Inference", "Marked up", "en", "http://x.example/", "http://x.example/join", "", "1 Street"
)
READABLE = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=80)


def content(title: str = "A title", text: str = "A dek.", rows: int = 4) -> Content:
    item = ContentItem(
        title,
        "https://x.example/a?b=1&c=2",
        text,
        "Wire",
        "13 May",
        "https://x.example/i.png",
        "Free",
        ("Tag",),
    )
    return Content(
        FACE,
        7,
        "13 May 2026",
        "Subject",
        "Preheader",
        "Intro.",
        item,
        (item,) * rows,
        (item,) * 6,
        (item,) * 2,
        (item,) * 2,
    )


@settings(max_examples=60, deadline=None)
@given(READABLE)
def test_a_title_arrives_escaped_once_in_text_and_attributes(title: str) -> None:
    printed = press(content(title=title))
    shown = markup.unescape(re.sub(r"<[^>]*>", " ", printed.html))
    meant = " ".join(title.split())
    assert meant in " ".join(shown.split())
    assert 'onerror="' not in printed.html or "onerror" in title


def test_trap_no_web_font_is_linked() -> None:
    assert "fonts.googleapis" not in press(content()).html


def test_both_parts_carry_the_same_links_and_markers() -> None:
    printed = press(content())
    assert all(link in printed.text for link in printed.links if "x.example/a" in link)
    for marker in ("unsubscribe_url", "view_url", "email"):
        assert printed.markers.spell(marker) in printed.html
        assert printed.markers.spell(marker) in printed.text


def test_a_full_issue_is_far_below_what_gmail_clips() -> None:
    assert press(content()).html_bytes < 60_000


def test_an_issue_that_would_be_clipped_is_refused() -> None:
    with pytest.raises(EditionTooLarge):
        press(content(rows=300))


def test_the_checksum_changes_with_what_is_seen() -> None:
    assert press(content()).checksum == press(content()).checksum
    assert press(content()).checksum != press(content(text="Another dek.")).checksum


def test_small_letters_escape_what_a_person_wrote() -> None:
    letter = press_letter(
        "confirm",
        FACE,
        {"email": "<b>@x.example", "confirm_url": "https://x.example/c", "confirm_expires": "soon"},
    )
    assert "<b>@x" not in letter.html
    assert "https://x.example/c" in letter.text
