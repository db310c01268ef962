"""Directions: a language runs one way, and a text of another may run the other."""

import pytest

from newsletter.brands.direction import language_direction, text_direction


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"), ("de-AT", "ltr"), ("ar", "rtl"), ("ar-EG", "rtl"), ("he", "rtl"),
        ("iw", "rtl"), ("fa_IR", "rtl"), ("ur", "rtl"), ("yi", "rtl"), ("ku", "ltr"),
        ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("HE-il", "rtl"), ("", "ltr"), ("arn", "ltr"),
    ],
)  # fmt: skip
def test_a_language_runs_its_way(language: str, direction: str) -> None:
    assert language_direction(language) == direction


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Cranes", "ltr"), ("رافعات", "rtl"), ("שלום world", "rtl"), ("42: قراءة", "rtl"),
        ("“Tide” المد", "ltr"), ("2026 – 17", None), ("", None),
    ],
)  # fmt: skip
def test_a_text_runs_as_its_first_letter_does(text: str, direction: str | None) -> None:
    assert text_direction(text) == direction
