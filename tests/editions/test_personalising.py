"""Markers: a text is split at them and joined with a value in each place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.editions.personalising import LINK, Markers, UnknownMarker
from tests.editions.test_press import content

MARKERS = Markers.of(content())


@given(st.text(max_size=40), st.text(max_size=40))
def test_joining_gives_back_the_text_with_values_in_place(before: str, value: str) -> None:
    segments = MARKERS.split(f"{before}{MARKERS.spell('email')}!")
    assert segments.join({"email": value}, escape=False) == f"{before}{value}!"


def test_a_missing_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UnknownMarker):
        MARKERS.split(MARKERS.spell("email")).join({}, escape=True)


@pytest.mark.parametrize("word", ["[[email]]", "[[[email]]", "[[:email]]", "[[0:email]]"])
def test_brackets_alone_are_no_marker(word: str) -> None:
    assert MARKERS.split(word).markers == ()


def test_who_spells_a_marker_of_what_is_there_has_changed_the_code_by_it() -> None:
    """The code is a hash of all that is said: to hold it would be to hold one's own hash."""
    issue = content()
    for _ in range(3):
        spelled = Markers.of(issue).spell("email")
        issue = replace(issue, intro=spelled)
        assert Markers.of(issue).split(spelled).markers == ()


def test_the_same_content_has_the_same_code_and_any_other_another() -> None:
    assert Markers.of(content()) == MARKERS
    face = replace(content().face, postal_address="2 Street")
    for other in (content(title="Another"), replace(content(), face=face)):
        assert Markers.of(other).code != MARKERS.code


def test_an_editor_sees_the_names_of_markers_and_nothing_before_a_link() -> None:
    text = f"{MARKERS.spell(LINK)}https://x.example/ {MARKERS.spell('view_url')}"
    assert MARKERS.show(text) == "https://x.example/ [view_url]"
