"""The press: what an author writes arrives whole and harmless, and the compiler's traps stay inside."""

import html as markup
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.editions.content import Content, ContentItem, Face
from newsletter.editions.mjml import TemplateBroken, compile_mjml
from newsletter.editions.personalising import MARKER, UnknownMarker, split_at_markers
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
    meant = " ".join(title.replace("[[", "[\u200b[").split())
    assert meant in " ".join(shown.split())
    assert 'onerror="' not in printed.html or "onerror" in title


@pytest.mark.parametrize(
    "value", ['x" onerror="alert(1)', "back\\slash", "नमस्ते ไทย", "a\u00a0b", "two\nlines", "é́"]
)
def test_trap_attribute_values_stay_inside_their_quotes(value: str) -> None:
    body = f'<mjml><mj-body><mj-section><mj-column><mj-image src="https://x.example/i.png" alt="{markup.escape(value)}" /></mj-column></mj-section></mj-body></mjml>'
    found = re.search(r'alt="([^"]*)"', compile_mjml(body, "test"))
    assert found
    assert markup.unescape(found[1]) == value.replace("\n", " ")


def test_trap_an_unknown_tag_is_named() -> None:
    with pytest.raises(TemplateBroken, match="mj-foo"):
        compile_mjml(
            "<mjml><mj-body><mj-section><mj-column><mj-text><mj-foo>x</mj-foo></mj-text></mj-column></mj-section></mj-body></mjml>",
            "x",
        )


def test_trap_a_broken_document_names_template_and_line() -> None:
    with pytest.raises(TemplateBroken, match=r"issue, line \d+"):
        compile_mjml("<mjml>\n<mj-body>\n<mj-section width=3>\n</mj-body></mjml>", "issue")


def test_trap_no_web_font_is_linked() -> None:
    assert "fonts.googleapis" not in press(content()).html


def test_both_parts_carry_the_same_links_and_markers() -> None:
    printed = press(content())
    assert all(link in printed.text for link in printed.links if "x.example/a" in link)
    for marker in ("unsubscribe_url", "view_url", "email"):
        assert f"[[{marker}]]" in printed.html
        assert f"[[{marker}]]" in printed.text


def test_an_author_cannot_print_a_readers_link() -> None:
    evil = press(content(title="[[unsubscribe_url]]"))
    assert MARKER.findall(evil.html) == MARKER.findall(press(content()).html)


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


@given(st.text(max_size=40), st.text(max_size=40))
def test_joining_gives_back_the_text_with_values_in_place(before: str, value: str) -> None:
    before = before.replace("[", "(")
    assert (
        split_at_markers(f"{before}[[email]]!").join({"email": value}, escape=False)
        == f"{before}{value}!"
    )


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UnknownMarker):
        split_at_markers("[[email]]").join({}, escape=True)
