"""Answers say what the words of a column mean, and are kept as they were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.lists.meaning.answers import (
    MEANINGS,
    Answers,
    BadAnswer,
    meaning_of,
    read_answers,
    read_meanings,
)
from newsletter.lists.meaning.words import word_of


def test_a_word_counts_before_its_kind_and_its_kind_before_all_others() -> None:
    meanings = read_meanings("ja:active,yes:unsubscribed,date:bounce,empty:manual,*:complaint")
    cells = {"JA ": "active", "true": "unsubscribed", "2024-01-02": "bounce", "-": "manual"}
    assert {cell: meaning_of(meanings, cell) for cell in cells} == cells
    assert meaning_of(meanings, "else") == "complaint"
    assert meaning_of({"yes": "active"}, "no") == ""


def test_a_word_may_have_commas_and_colons() -> None:
    text = "ulm,unsubscribed:unsubscribed, at 10:30 : active,*:manual"
    assert read_meanings(text) == {
        "ulm,unsubscribed": "unsubscribed",
        "at 10:30": "active",
        "*": "manual",
    }


@pytest.mark.parametrize("text", ["", "yes", "yes:gone", "yes:active,no"])
def test_what_is_no_answer_is_refused_with_the_form_of_one(text: str) -> None:
    with pytest.raises(BadAnswer, match="COLUMN=WORD:MEANING"):
        read_meanings(text)


@given(st.lists(st.tuples(st.text(min_size=1), st.sampled_from(list(MEANINGS)))))
def test_each_cell_can_be_answered_by_its_word(pairs: list[tuple[str, str]]) -> None:
    meanings = {word_of(cell): meaning for cell, meaning in pairs}
    for cell, _ in pairs:
        assert meaning_of(meanings, cell) == meanings[word_of(cell)]


def test_answers_are_kept_as_they_were_given() -> None:
    answers = Answers({3: {"yes": "active"}}, "bounce", "day")
    assert read_answers(answers.written()) == answers
    assert read_answers({}) == Answers()
