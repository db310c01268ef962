"""Plain words: they are known in all their forms, and names are not among them."""

import pytest

from newsletter.choosing.folds.plain_words import is_plain


@pytest.mark.parametrize("word", ["search", "searching", "models", "open-source", "real-world"])
def test_a_plain_word_is_known_in_its_forms_and_with_others(word: str) -> None:
    assert is_plain(word)


@pytest.mark.parametrize("word", ["orrery", "gpt-4", "cve-2026-1234", "quillon-bench", "4k", "-"])
def test_a_name_or_what_has_a_digit_is_none(word: str) -> None:
    assert not is_plain(word)
