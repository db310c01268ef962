"""Companions: the explainer of a story of the same firm goes with it, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.choosing.companions import Companions
from newsletter.choosing.lineup import line_up
from newsletter.choosing.ranking import Candidate
from newsletter.choosing.weights import Weights
from tests.samples.reports import candidate


def post(title: str, firm: str = "orrery.example", days: int = 0, score: float = 40.0) -> Candidate:
    story = candidate(title, source=title, firm=firm, score=score)
    first = story.reports[0]
    earlier = replace(first, published_at=first.published_at - timedelta(days=days))
    return replace(story, reports=(earlier,))


def goes_with(first: Candidate, second: Candidate, *others: Candidate) -> bool:
    companions = Companions([first, second, *others])
    shown = {firm: [first] for firm in first.firms}
    return bool(companions.among(second, shown))


@pytest.mark.parametrize(
    ("launch", "explainer", "days"),
    [
        ("Harbour charts by voice come to all ports", "Harbour charts: how they were made", 0),
        ("Kestrel 5 returns", "More about the guards of Kestrel 5", 2),
        ("Quillon and Tidewater join us", "Our charts are now in Tidewater", 0),
    ],
)
def test_two_posts_of_one_firm_on_one_thing_go_together(
    launch: str, explainer: str, days: int
) -> None:
    assert goes_with(post(launch), post(explainer, days=days))
    assert goes_with(post(explainer, days=days), post(launch))


@pytest.mark.parametrize(
    "second",
    [
        post("Kestrel 5 learns to sing", firm="quay.example"),  # another firm's post
        post("Kestrel 5 learns to sing", days=4),  # later
        post("Kestrel speaks", days=1),  # a name alone, on another day
        post("A word on pay"),
    ],
)
def test_what_shares_less_stands_on_its_own(second: Candidate) -> None:
    assert not goes_with(post("Kestrel 5 returns"), second)


def test_what_several_firms_tell_stands_on_its_own() -> None:
    widely = replace(post("Kestrel 5 returns"), firms=frozenset({"orrery.example", "wire"}))
    assert not goes_with(post("Kestrel 5 is here"), widely)


def test_a_brand_that_the_whole_week_bears_shows_no_one_event() -> None:
    others = [post(f"Kestrel {thing}") for thing in ("sings", "reads", "draws", "sums")]
    assert not goes_with(post("Kestrel returns"), post("Kestrel in Oslo"), *others)


def test_the_explainer_stays_out_and_hears_why_even_where_there_is_room() -> None:
    ranked = [
        post("Kestrel 5 returns", score=50.0),
        post("More about the guards of Kestrel 5", score=45.0),
        post("A word on pay", score=30.0),
    ]
    because = [verdict.because for verdict in line_up(ranked, 5, {}, Weights())]
    assert because[1] == "goes with “Kestrel 5 returns”, which is in"
    assert because[2].startswith("in: ")


def test_an_explainer_of_what_an_editor_placed_stays_out() -> None:
    placed = post("Kestrel 5 returns")
    explainer = post("More about the guards of Kestrel 5")
    (verdict,) = line_up([explainer], 3, {0: placed}, Weights())
    assert verdict.place is None
    assert verdict.because.startswith("goes with")
