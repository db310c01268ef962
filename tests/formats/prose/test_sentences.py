"""Sentences: they end where a reader hears their end, in many scripts, and nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.prose.sentences import is_cut_off, joined, sentence_ends, sentences

ODD = (
    "The U.S. Senate said no. e.g. Dr. Grey’s v4.1 “Why?” asked 3.2 $5. Inc. p.m. z. B. 5. Mai "
    "end.) …and wait... Series B. 。 はい。」と ؟ نعم ۔ है। !! iPhone (see fig. 3) .NET"
)
WORDS = st.lists(st.sampled_from(ODD.split()), max_size=20)
TEXTS = st.one_of(st.text(max_size=80), WORDS.map(" ".join))


@pytest.mark.parametrize(
    "whole",
    [
        "The U.S. Senate voted 52-48.",
        "Growth was 4.1 percent vs. 3.2 in Q1.",
        "Mr. J. R. Grey of Quay Inc. wrote it, e.g. in fig. 3.",
        "Am 5. Mai öffnet die Messe, z. B. für Roboter, d.h. für alle.",
        "Mme. Duval et M. Roux ont signé.",
        "“Why?” he asked.",
        "Yahoo! is back with Node.js 4.1 and .NET.",
        "「はい。」と彼は言った。",
        "No. 1 opens at 5 p.m. Tuesday.",
        "First... then second.",
    ],
)
def test_a_stop_within_a_sentence_does_not_end_it(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    "two",
    [
        ("She moved to the U.S.", "The firm followed."),
        ("It raised a Series B.", "Quay led the round."),
        ("“Because.”", "She left."),
        ("He said no.", "Then he left."),
        ("Wow!!", "iPhone users wait."),
        ("Es kostet 5,50 Euro.", "Das ist viel."),
        ("أهذا جديد؟", "نعم."),
        ("यह अच्छा है।", "वह गया।"),
        ("¿Por qué?", "¡Porque sí!"),
        ("Fares rose in 2025.", "Nobody asked."),
    ],
)
def test_the_end_of_a_sentence_is_seen(two: tuple[str, str]) -> None:
    assert sentences(" ".join(two)) == list(two)


def test_japanese_and_chinese_sentences_follow_each_other_without_a_space() -> None:
    assert sentences("今日は雨です。明日は晴れ。") == ["今日は雨です。", "明日は晴れ。"]
    assert joined(["今日は雨です。", "明日は晴れ。"]) == "今日は雨です。明日は晴れ。"
    assert joined(["One.", "Two."]) == "One. Two."


def test_marks_of_a_text_that_goes_on_elsewhere_are_seen() -> None:
    assert all(map(is_cut_off, ["The council will…", "The council [...]", "It will... "]))
    assert not is_cut_off("The council will.")


@given(TEXTS)
def test_no_sign_is_lost_and_none_is_added(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(TEXTS)
def test_each_end_lies_behind_the_one_before_and_inside_the_text(text: str) -> None:
    ends = list(sentence_ends(text))
    assert ends == sorted(set(ends))
    assert all(0 < end <= len(text) for end in ends)


@given(st.integers(0, 99), st.integers(0, 99))
def test_a_number_with_a_point_is_never_broken(before: int, behind: int) -> None:
    whole = f"It grew by {before}.{behind} percent."
    assert sentences(whole) == [whole]
