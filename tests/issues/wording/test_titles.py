"""Titles: subjects, preheaders and an intro that fit, of chosen stories, whole if they can."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.formats.prose.blurbs import NEVER_LAST
from newsletter.issues.wording.titles import (
    INTRO_CHARS,
    PREHEADER_CHARS,
    SUBJECT_CHARS,
    IssueWords,
    fitted,
    words_for,
)

TITLES = [
    "Orrery launches a planner for laboratories, citing demand from chemists and bakers",
    "Two cities ban scoring by voice",
    "Ferry fares rise",
    "Boatyard sues the state",
    "Pilots try a chart that talks.",
    "Why old maps are back",
]
THINGS = ["harbour", "kettle", "glacier", "theorem", "violin", "ferry", "lantern"]


def test_the_first_is_the_lead_and_whole_titles_come_before_what_is_cut() -> None:
    words = words_for(TITLES)
    assert words.subjects == (
        "Orrery launches a planner for laboratories",
        "Orrery launches a planner for laboratories; Ferry fares rise",
        "Two cities ban scoring by voice",
    )
    assert words.preheaders[0] == (
        "Also: Two cities ban scoring by voice; Ferry fares rise; Boatyard sues the state"
    )


def test_the_introduction_names_what_is_further_down_or_stands_empty() -> None:
    assert words_for(TITLES).intro == (
        "Further down: Pilots try a chart that talks; Why old maps are back."
    )
    assert words_for(TITLES[:4]).intro == ""
    assert words_for(TITLES[:1]) == IssueWords(
        ("Orrery launches a planner for laboratories",), (), ""
    )


def test_a_title_that_is_too_long_ends_before_a_turn_or_a_phrase_and_never_on_a_small_word() -> (
    None
):
    long = "Province of Alder uses a planner to find and fix leaks in the water of all its towns"
    assert fitted(long, 60) == "Province of Alder uses a planner to find and fix leaks"
    assert fitted(
        "Harbour pilots and their very many helpers praise the new talking chart", 40
    ) == ("Harbour pilots and their very many")
    assert fitted("x" * 80, 60) == "x" * 60


def test_no_two_of_39_weeks_share_a_sentence() -> None:
    seen: set[str] = set()
    for number in range(39):
        # Weeks of one story to seven, each with news of its own.
        titles = [f"A {thing} of week {number} is found" for thing in THINGS[: number % 7 + 1]]
        words = words_for(titles)
        printed = [words.preheaders[0] if words.preheaders else "", words.intro, words.subjects[0]]
        for sentence in filter(None, printed):
            assert sentence not in seen
            seen.add(sentence)


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=9))
def test_they_fit_and_are_all_different(titles: list[str]) -> None:
    words = words_for(titles)
    assert len(words.subjects) == len(set(words.subjects)) <= 3
    assert len(words.preheaders) == len(set(words.preheaders)) <= 3
    assert all(len(subject) <= SUBJECT_CHARS for subject in words.subjects)
    assert all(len(preheader) <= PREHEADER_CHARS for preheader in words.preheaders)
    assert len(words.intro) <= INTRO_CHARS
    assert words.subjects or not titles[0].strip()


@given(st.text(max_size=200), st.integers(10, 100))
def test_a_fitted_text_fits(text: str, limit: int) -> None:
    assert len(fitted(text, limit)) <= limit


@given(st.lists(st.sampled_from([*THINGS, "of", "the", "and", "rises", "in"]), min_size=20))
def test_a_text_of_words_ends_at_a_whole_word_that_can_be_the_last(words: list[str]) -> None:
    text = fitted(" ".join(words), 60)
    assert text.split() == words[: len(text.split())]
    assert len(text.split()) == 1 or text.split()[-1] not in NEVER_LAST
