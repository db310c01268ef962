"""The played editor: acts by labels, and what it drops stays out of weeks that were not taught."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bench.choosing.teaching import Course, edit
from bench.choosing.weeks import Judged, LabelledWeek
from newsletter.choosing.voices.habits import Trait
from newsletter.choosing.weights import Weights
from tests.samples.reports import report
from tests.samples.times import NOON

WEEK = timedelta(weeks=1)
PLACES = ("harbour", "library", "theatre", "orchard", "tunnel", "market", "chapel", "mill", "dock")


def labelled(number: int) -> LabelledWeek:
    """A week with two stories that are wanted, one of them as the lead, and a maker's own news."""
    end = NOON + number * WEEK
    place = PLACES[number % len(PLACES)]
    reports = [
        report(f"Court orders the {place} to stop charging visitors", source="Wire"),
        report(f"Insurer buys the {place} of Aalberg for $900 million", source="Post"),
        report(f"Orrery launches its lamp number {number} for every {place}", source="Lamp"),
    ]
    dated = [replace(each, published_at=end - timedelta(days=2)) for each in reports]
    known = {_bare(each.title): each.id for each in dated}
    lead, wanted, unwanted = (frozenset({each.id}) for each in dated)
    return LabelledWeek(str(number), end, dated, [], lead, lead | wanted, unwanted, {}, known)


def _bare(title: str) -> str:
    return "".join(sign for sign in title.lower() if sign.isalnum())


def course() -> Course:
    return Course([labelled(number) for number in range(12)], Weights())


def test_the_editor_leads_keeps_and_drops_as_the_labels_say() -> None:
    week = labelled(0)
    chosen = list(edit(Course([week], Weights()).propose(week, []), number=1))
    done = {
        next(trait.name for trait in story.traits if trait.about == "source"): set(story.choices)
        for story in chosen
    }
    wire, post, lamp = (str(each.voices[0].id) for each in week.reports)
    assert done == {wire: {"lead"}, post: {"kept"}, lamp: {"dropped"}}
    assert Trait("opening", "orrery") in {trait for story in chosen for trait in story.traits}


def test_what_was_dropped_week_after_week_is_out_of_weeks_that_were_not_taught() -> None:
    curve = course().curve(seed=1)
    assert unwanted(curve[0]) > 0
    assert unwanted(curve[8]) == 0
    assert all(week.wanted_in == week.wanted for week in curve[8])


def unwanted(judged: Sequence[Judged]) -> int:
    return sum(week.unwanted_in for week in judged)
