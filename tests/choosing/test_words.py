"""Words: a text as amounts and words that can be compared over spellings and languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.news_kinds import kind_of
from newsletter.choosing.words import Amount, guess_language, parse_text, stem
from newsletter.text import without_accents


@pytest.mark.parametrize(
    "text",
    [
        "$400m",
        "$400 million",
        "400 Mio. Euro",
        "400 millions de dollars",
        "€400M",
        "400,000,000 dollars",
        "$0.4bn",
    ],
)
def test_an_amount_of_money_is_one_however_it_is_written(text: str) -> None:
    assert parse_text(text).amounts == {Amount(4e8, True)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3,200 jobs", 3200),
        ("3.200 Stellen", 3200),
        ("1,8 fois", 1.8 + 0.2),
        ("forty films", 40),
        ("vierzig Filme", 40),
        ("fourteen million", 14e6),
    ],
)
def test_numbers_are_read_in_words_and_in_the_ways_of_several_languages(
    text: str, value: float
) -> None:
    found = {amount.value for amount in parse_text(text).amounts}
    assert found == (
        {value} if value != 2.0 else set()
    )  # less than two is no amount: 1,8 was read as 1.8


def test_one_and_years_and_versions_are_no_amounts() -> None:
    assert parse_text("One model of 2026, version 11.0.2, in 1 day").amounts == set()


def test_words_lose_what_languages_put_around_them() -> None:
    assert [
        word.plain for word in parse_text("Orrery’s open-source planner and l’éditeur").words
    ] == [
        "orrery",
        "open-source",
        "open",
        "source",
        "planner",
        "editeur",
    ]
    assert [word.plain for word in parse_text("CVE-2026-1234 is out").words] == ["cve-2026-1234"]


def test_writing_without_spaces_is_cut_into_pairs_of_signs() -> None:
    assert [word.plain for word in parse_text("新工場").words] == ["新工", "工場"]


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("The court has ruled on it", "en"),
        ("Das Gericht hat über die Klage entschieden", "de"),
        ("Le juge a rejeté la plainte des auteurs", "fr"),
        ("Orrery 4", ""),
    ],
)
def test_little_words_tell_the_language(text: str, tongue: str) -> None:
    assert guess_language(parse_text(text)) == tongue


def test_forms_of_a_word_share_a_stem_and_news_of_a_kind_is_known_in_several_languages() -> None:
    assert stem("satellites") == stem("satellit")
    assert {kind_of(without_accents(word)) for word in ("lawsuit", "sues", "Klage", "plainte")} == {
        "suit"
    }
    assert kind_of("kitchen") == ""


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    parsed = parse_text(text)
    assert all(word.plain == without_accents(word.plain) for word in parsed.words)
    assert all(amount.value >= 2 for amount in parsed.amounts)
    guess_language(parsed)
