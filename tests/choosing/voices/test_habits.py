"""Habits: three weeks of drops silence a source, a keep brings it back, and old choices fade."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.voices.habits import (
    MOST_LIKED,
    NO_HISTORY,
    ChosenStory,
    History,
    Lesson,
    Trait,
    lean,
    learn,
    traits_of,
)
from tests.samples.reports import report
from tests.samples.times import NOON

WEEK = timedelta(weeks=1)
LAMP = Trait("source", "1")
WIRE = Trait("source", "2")
LAUNCH = Trait("family", "launch")


def chosen(*choices: str, back: int, traits: tuple[Trait, ...] = (LAMP,)) -> ChosenStory:
    """What was done with one story so many issues ago."""
    return ChosenStory(100 - back, set(choices), NOON - back * WEEK, frozenset(traits))


def usual(weeks: int = 8) -> list[ChosenStory]:
    """What editors do with the stories of another source: keep most of them."""
    kept = [chosen("kept", back=back, traits=(WIRE,)) for back in range(1, weeks + 1)] * 4
    return [*kept, chosen("dropped", back=2, traits=(WIRE,))]


def lesson(*stories: ChosenStory, traits: tuple[Trait, ...] = (LAMP,)) -> Lesson:
    found = lean(frozenset(traits), learned(*stories))
    assert found is not None
    return found


def learned(*stories: ChosenStory, later: timedelta = timedelta()) -> History:
    return learn([*usual(), *stories], NOON + later)


def test_three_weeks_of_drops_silence_a_source_and_two_do_not() -> None:
    drops = [chosen("dropped", back=back) for back in (1, 2, 3)]
    assert lesson(*drops) == (-1.0, "you dropped the last 3 of this source")
    assert -1.0 < lesson(*drops[:2]).leaning < 0
    # Three drops of one week are one decision.
    assert lesson(*[chosen("dropped", back=1)] * 3).leaning > -1.0


def test_a_kept_story_brings_a_silent_source_back_at_once() -> None:
    drops = [chosen("dropped", back=back) for back in range(2, 9)]
    back = lesson(*drops, chosen("kept", back=1))
    assert back.leaning > 0
    # But not one that was dropped now and then.
    mixed = [chosen("dropped" if back % 2 else "kept", back=back) for back in range(1, 9)]
    assert lesson(*mixed).leaning < 0


def test_a_silent_source_gets_another_chance_when_the_drops_have_faded() -> None:
    drops = [chosen("dropped", back=back) for back in (1, 2, 3)]
    for weeks, is_silent in ((0, True), (5, True), (12, False)):
        habits = learned(*drops, later=weeks * WEEK)
        assert habits[LAMP].is_silent is is_silent, weeks


def test_a_story_that_a_welcome_source_tells_too_is_not_silenced() -> None:
    drops = [chosen("dropped", back=back) for back in (1, 2, 3)]
    assert lesson(*drops, traits=(LAMP, WIRE)).leaning > -1.0


def test_one_drop_says_more_than_one_keep_because_most_is_kept() -> None:
    dropped, kept = lesson(chosen("dropped", back=1)), lesson(chosen("kept", back=1))
    assert -dropped.leaning > kept.leaning > 0
    assert dropped.leaning > -0.5
    assert dropped.because == "you dropped the last one of this source"


def test_the_lead_shows_more_than_a_move_up_than_a_keep_than_a_rewriting() -> None:
    worth = [
        learned(chosen(choice, back=1))[LAMP].leaning
        for choice in ("lead", "raised", "kept", "edited")
    ]
    assert worth == sorted(worth, reverse=True)
    assert len(set(worth)) == 4
    # What was rewritten and dropped after all is dropped; what was only moved down says nothing.
    assert lesson(chosen("edited", "dropped", back=1)) == lesson(chosen("dropped", back=1))
    assert LAMP not in learned(chosen("moved", back=1))


def test_the_sentence_is_of_a_habit_that_leans_as_the_whole_does() -> None:
    stories = [chosen("dropped", back=back, traits=(LAUNCH,)) for back in range(1, 8)]
    stories += [chosen("kept", back=back) for back in (1, 2)]
    found = lesson(*stories, traits=(LAMP, LAUNCH))
    assert found.leaning < 0
    assert found.because == "you dropped the last 7 of this kind: launch"


def test_who_never_chose_such_a_story_has_no_lesson() -> None:
    assert lean({Trait("source", "9")}, learned()) is None
    assert lean({LAMP}, NO_HISTORY) is None


def test_the_traits_of_a_story_are_its_sources_firms_families_topics_and_opening() -> None:
    found = traits_of(
        [report("How a lamp fails", source="Lamp", firm="orrery", topics=("Light",))],
        ["how-to"],
    )
    names = {trait.about: trait.name for trait in found}
    source = names.pop("source")
    assert source.isdigit()
    assert names == {"firm": "orrery", "family": "how-to", "topic": "light", "opening": "how"}


STORIES = st.lists(
    st.builds(
        lambda choice, back, trait: chosen(choice, back=back, traits=(trait,)),
        st.sampled_from(["kept", "dropped", "lead", "raised", "edited", "moved"]),
        st.integers(0, 60),
        st.sampled_from([LAMP, WIRE, LAUNCH]),
    ),
    max_size=30,
)


@given(STORIES)
def test_whatever_was_chosen_the_lesson_is_bounded_and_the_order_is_all_the_same(
    stories: list[ChosenStory],
) -> None:
    history = learn(stories, NOON)
    for trait in history:
        found = lean({trait}, history)
        assert found is not None
        assert -1.0 <= found.leaning <= MOST_LIKED
        assert found.because.startswith(("you kept", "you dropped"))
    by_newest = learn(reversed(stories), NOON)
    assert {t: round(h.leaning, 9) for t, h in by_newest.items()} == {
        t: round(h.leaning, 9) for t, h in history.items()
    }


@pytest.mark.parametrize(
    ("stories", "outlook"),
    [
        ([chosen("dropped", back=back) for back in (1, 2, 3)], "stay out"),
        ([chosen("kept", back=back) for back in (1, 2, 3)], "weigh more"),
        ([chosen("dropped", back=1)], "weigh less"),
    ],
)
def test_the_outlook_says_what_follows(stories: list[ChosenStory], outlook: str) -> None:
    assert outlook in learned(*stories)[LAMP].outlook
