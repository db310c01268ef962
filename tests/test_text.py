"""Text on one line, without accents, as words of an address."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.text import (
    about,
    clean_text,
    duration,
    free_name,
    is_clean,
    is_number,
    one_line,
    rfc3339,
    slug,
    without_accents,
)


@given(st.text())
def test_one_line_has_no_line_end_no_control_and_no_double_space(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "  " not in line
    assert not re.search(r"[\x00-\x1f\x7f]", line)
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\r\nBcc: b", "a Bcc: b"), ("  a\t b ", "a b"), ("a\u2028b\x00c", "a b c"), ("", "")],
)
def test_header_injection_and_separators_become_spaces(text: str, line: str) -> None:
    assert one_line(text) == line


@given(st.text())
def test_text_without_accents_stays_without_them(text: str) -> None:
    assert without_accents(without_accents(text)) == without_accents(text)


def test_accents_and_case_make_no_difference() -> None:
    assert without_accents("Über Straße ÉTÉ") == "uber strasse ete"


@given(st.text())
def test_a_slug_is_safe_in_an_address(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(text))
    assert len(slug(text)) <= 80


def test_a_free_name_is_numbered_only_where_it_is_taken() -> None:
    assert free_name("pen", set()) == "pen"
    assert free_name("pen", {"pen"}) == "pen-2"
    assert free_name("pen", {"pen", "pen-2", "pen-3"}) == "pen-4"


def test_a_time_is_written_with_z_for_utc() -> None:
    assert rfc3339(datetime(2026, 5, 12, 9, 30, tzinfo=UTC)) == "2026-05-12T09:30:00Z"


@pytest.mark.parametrize("text", ["", "-5", "1.5", " 1", "१२", "²", "1\n"])
def test_a_number_is_made_of_the_digits_0_to_9_alone(text: str) -> None:
    assert is_number("0123456789")
    assert not is_number(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "about 1 minute"),
        (89, "about 1 minute"),
        (170, "about 3 minutes"),
        (88 * 60, "about 88 minutes"),
        (2 * 3600, "about 2 hours"),
        (3 * 86400, "about 3 days"),
    ],
)
def test_an_estimate_claims_no_more_than_is_known(seconds: float, words: str) -> None:
    assert about(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 seconds"), (1.2, "1 second"), (59.9, "59 seconds"), (61, "1 minute")],
)
def test_a_duration_has_one_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_clean_text_can_be_kept_sent_and_shown(text: str) -> None:
    kept = clean_text(text)
    kept.encode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", kept)
    assert not re.search("[\u202a-\u202e]", kept)
    assert clean_text(kept) == kept
    assert is_clean(kept)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"))))
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\0b", "ab"),
        ("one\ttwo\r\nthree", "one\ttwo\r\nthree"),
        ("soft\x0bbreak", "soft\nbreak"),
        ("report \u202egpj.exe", "report gpj.exe"),
        ("\u2067שלום\u2069 here", "\u2067שלום\u2069 here"),
        ("open \u2067שלום", "open שלום"),
        ("shut\u2069 \u2067", "shut "),
        ("👩\u200d💻 \u200f", "👩\u200d💻 \u200f"),
    ],
)
def test_only_what_cannot_be_kept_or_misleads_goes(text: str, kept: str) -> None:
    assert clean_text(text) == kept
