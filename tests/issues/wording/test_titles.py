"""Titles: three subjects and three preheaders that fit, of the chosen stories; a true intro."""

from hypothesis import given
from hypothesis import strategies as st

from newsletter.issues.wording.titles import PREHEADER_CHARS, SUBJECT_CHARS, cut, words_for

TITLES = [
    "Orrery launches a planner for laboratories, citing demand from chemists and bakers",
    "Two cities ban scoring by voice",
    "Ferry fares rise",
    "Boatyard sues the state",
]


def test_three_of_each_and_the_first_is_the_lead() -> None:
    words = words_for(TITLES, 4, 2)
    assert words.subjects == (
        "Orrery launches a planner for laboratories, citing demand…",
        "Orrery launches a planner for laboratories",
        "Orrery launches a planner for laboratories; Ferry fares rise",
    )
    assert (
        words.preheaders[0]
        == "Also: Two cities ban scoring by voice; Ferry fares rise; Boatyard sues the state"
    )
    assert len(words.preheaders) == 3


def test_the_introduction_counts_what_is_there() -> None:
    assert words_for(TITLES, 4, 2).intro == (
        "One story first, then three more, gathered from four sources. "
        "At the end, two tools to try."
    )
    assert words_for(TITLES, 1, 0).intro == "One story first, then three more."
    assert (
        words_for(TITLES[:1], 1, 1).intro
        == "A quiet week: one story, and it is worth your time. At the end, one tool to try."
    )


@given(
    st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=5),
    st.integers(1, 30),
    st.integers(0, 4),
)
def test_they_fit_and_are_all_different(titles: list[str], sources: int, tools: int) -> None:
    words = words_for(titles, sources, tools)
    assert 1 <= len(words.subjects) == len(set(words.subjects)) <= 3
    assert 1 <= len(words.preheaders) == len(set(words.preheaders)) <= 3
    assert all(len(subject) <= SUBJECT_CHARS for subject in words.subjects)
    assert all(len(preheader) <= PREHEADER_CHARS for preheader in words.preheaders)


@given(st.text(max_size=200), st.integers(10, 100))
def test_a_cut_text_fits(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit
