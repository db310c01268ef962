"""Words as search knows them, and the places that excerpts show."""

import math

from newsletter.archive.search_terms import (
    EXCERPT_CHARS,
    MOST_ASKED,
    WORD_CHARS,
    excerpt,
    query_terms,
    word_weights,
)


def shown(text: str, question: str) -> str:
    """Return an excerpt as a line, with the words asked for in brackets."""
    pieces = excerpt(text, question)
    return "".join(f"[{piece.text}]" if piece.is_asked else piece.text for piece in pieces)


def test_a_word_of_the_title_weighs_as_three_of_the_text() -> None:
    weights = word_weights("Tide", "The tide and a lamp.")
    assert weights["tide"] == 1 + math.log(4)
    assert weights["lamp"] == 1
    assert "the" not in weights, "little words do not count"


def test_a_word_is_kept_with_its_stem_without_accents_and_never_too_long() -> None:
    weights = word_weights("", "Régulators " + "x" * 90)
    assert "regulators" in weights
    assert any(word != "regulators" and word.startswith("regul") for word in weights)
    assert max(map(len, weights)) <= WORD_CHARS


def test_a_question_is_taken_apart_into_groups_each_word_once() -> None:
    assert query_terms("lamps LAMPS the lämps") == query_terms("lamps")
    assert len(query_terms(" ".join(f"word{number}" for number in range(20)))) == MOST_ASKED
    assert query_terms("the % ''") == []


def test_text_without_spaces_is_found_by_two_signs_at_a_time() -> None:
    weights = word_weights("", "東京都庁")
    assert {"東京", "京都", "都庁"} <= set(weights)
    assert query_terms("京都")[0] & set(weights)


def test_an_excerpt_shows_the_first_place_that_answers_and_marks_the_words() -> None:
    text = "Nothing of note here. " * 20 + "Two lamps hear a door. " + "Then quiet again. " * 20
    line = shown(text, "lamp")
    assert "Two [lamps] hear a door." in line
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) <= EXCERPT_CHARS + len("……[]")


def test_an_excerpt_of_a_text_that_does_not_answer_is_its_beginning() -> None:
    assert shown("A quiet week.", "lamp") == "A quiet week."
    assert shown("", "lamp") == ""
    assert shown("A quiet week. " * 40, "lamp").startswith("A quiet week. A quiet")
