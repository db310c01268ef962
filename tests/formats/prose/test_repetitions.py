"""Repetitions: a sentence that says no more than its title is no blurb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.prose.repetitions import without_repetitions

TITLE = "Meridia launches a lantern for harbour pilots"
NEWS = "It costs a tenth of the old one."


@pytest.mark.parametrize(
    "sentence",
    [
        "Meridia has launched a new lantern for harbour pilots.",
        "Today, we are announcing Meridia’s lantern for harbour pilots!",
        "A LANTERN FOR HARBOUR PILOTS",
        "Meridia launches the lantern for pilots of the harbour…",
        "Meridia launches a lantern for harbour pilots worldwide.",
    ],
)
def test_a_first_sentence_in_near_the_same_words_gives_way_to_the_next_or_to_none(
    sentence: str,
) -> None:
    assert without_repetitions(sentence, TITLE) == ""
    parted = sentence if sentence.endswith((".", "!", "…")) else f"{sentence}."
    assert without_repetitions(f"{parted} {NEWS}", TITLE) == NEWS
    assert without_repetitions(f"{parted} {parted} {NEWS} {parted}", TITLE) == f"{NEWS} {parted}"


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        (TITLE, "Meridia’s lantern tells harbour pilots the depth below them."),
        (TITLE, "Meridia launches a lantern for 900 harbour pilots."),
        ("Council lets harbour ferry fares rise", "Council lets harbour ferry fares not rise."),
        ("Ferry fares rise", "Ferry fares rise by a tenth."),
        ("渡轮票价上涨", "渡轮票价上涨一成。"),
        ("फ़ेरी का किराया बढ़ा", "परिषद ने कल मतदान किया।"),
        ("Giá vé phà tăng", "Hội đồng đã bỏ phiếu hôm qua."),
        ("Ferry fares rise", "“Ferry fares rise. Nobody was asked,” she said."),
        ("Ferry fares rise", "Your ferry. Your sea."),
        ("", "Ferry fares rise."),
        ("🚢", "🚢"),
    ],
)
def test_a_sentence_that_adds_a_word_of_weight_stays(heading: str, sentence: str) -> None:
    assert without_repetitions(sentence, heading) == sentence


def test_a_script_without_spaces_repeats_its_title_too() -> None:
    assert (
        without_repetitions("渡轮票价今天上涨。市议会投票通过。", "渡轮票价今天上涨")
        == "市议会投票通过。"
    )


@given(st.text(max_size=200), st.text(max_size=80))
def test_whatever_comes_an_end_of_the_text_is_left(text: str, heading: str) -> None:
    assert text.endswith(without_repetitions(text, heading))
