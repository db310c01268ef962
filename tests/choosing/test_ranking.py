"""Ranking: each term says itself in a sentence, the terms add up, and filler sinks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.ranking import score_story
from newsletter.choosing.week import Habit, History
from newsletter.choosing.weights import Weights
from tests.samples.reports import report, week

NEWS = "Orrery launches a planner for laboratories"


def score(*reports: object, **fields: object) -> float:
    return score_story(list(reports), week(**fields)).score  # type: ignore[arg-type]


def sentences(*reports: object, **fields: object) -> str:
    return "; ".join(
        reason.because for reason in score_story(list(reports), week(**fields)).reasons
    )  # type: ignore[arg-type]


def test_more_sources_weigh_more_and_say_so() -> None:
    three = [
        report(NEWS, source="A"),
        report("A planner for laboratories by Orrery", source="B"),
        report("Laboratories planned", source="C"),
    ]
    assert score(*three) > score(*three[:2]) > score(three[0])
    assert "covered by 3 sources" in sentences(*three)


def test_a_copy_of_the_same_text_is_half_a_witness() -> None:
    first = report(NEWS, source="A")
    assert score(first, report(NEWS, source="B")) < score(
        first, report("Orrery plans laboratories", source="B")
    )


def test_the_same_source_telling_twice_is_one_source() -> None:
    assert "covered by" not in sentences(
        report(NEWS, source="A"), report("Orrery plans laboratories", source="A")
    )


def test_a_heavier_source_fresher_news_and_more_to_read_weigh_more() -> None:
    assert score(report(NEWS, weight=2.0)) > score(report(NEWS)) > score(report(NEWS, weight=0.2))
    assert score(report(NEWS, age_days=1)) > score(report(NEWS, age_days=6))
    assert score(report(NEWS, words=900)) > score(report(NEWS))


def test_what_happened_weighs_more_than_what_may_happen() -> None:
    done, talk = "Court bans scoring by voice", "Court may ban scoring by voice"
    assert score(report(done)) > score(report(talk)) > score(report("Scoring by voice"))
    assert "though so far it is talk" in sentences(report(talk))


@pytest.mark.parametrize("factor", [0.0, 1.5, 2.0])
def test_a_topic_weighs_as_the_publication_says(factor: float) -> None:
    one = report(NEWS, topics=("Policy",))
    assert (score(one, weights=Weights(topics={"policy": factor})) > score(one)) == (factor > 1)
    assert f"its topic “policy” has the weight {factor:g} here" in sentences(
        one, weights=Weights(topics={"policy": factor})
    )


def test_habits_of_the_editors_count_but_one_choice_decides_little() -> None:
    one = report(NEWS, topics=("Policy",))
    key = one.voices[0].id
    kept, dropped = History({key: Habit(kept=6)}), History({key: Habit(dropped=6)})
    assert score(one, history=kept) > score(one) > score(one, history=dropped)
    assert "you usually keep this source" in sentences(one, history=kept)
    assert "you usually drop stories on “policy”" in sentences(
        one, history=History(topics={"policy": Habit(dropped=6)})
    )
    assert score(one, history=History({key: Habit(kept=1)})) - score(one) < 3
    assert Habit(led=3).leaning > Habit(kept=3).leaning


def test_clicks_of_people_count_for_their_source() -> None:
    one = report(NEWS)
    assert (
        score(one, clicks={one.voices[0].id: 2.0})
        > score(one)
        > score(one, clicks={one.voices[0].id: 0.5})
    )
    assert "2.0 times as often" in sentences(one, clicks={one.voices[0].id: 2.0})


def test_filler_sinks_to_nothing_unless_one_telling_is_news() -> None:
    ad = report("[Sponsored] How Orrery plans laboratories", source="A")
    assert score(ad) == 0
    both = score_story([ad, report(NEWS, source="B")], week())
    assert both.mark is None
    assert both.reports[0].title == NEWS
    assert both.sources == ("B",)


def test_one_source_that_looks_back_at_last_week_weighs_less_than_a_story_that_goes_on() -> None:
    back = report("The ban of last week, seen from here", source="A")
    assert score(back) < score(report("The ban, seen from here", source="A"))
    assert "looks back" not in sentences(back, report("Last week's ban is appealed", source="B"))


def test_a_clear_title_in_the_publications_language_stands_for_the_story() -> None:
    clear = report(
        "Orrery launches a planner for laboratories",
        "The Orrery planner runs laboratories.",
        source="A",
    )
    coy = report(
        "Would you trust this planner?", "Orrery has made a planner for laboratories.", source="B"
    )
    foreign = report(
        "Orrery bringt Planer für Labore",
        "Der Planer von Orrery.",
        source="C",
        weight=2.0,
        language="de",
    )
    assert [one.source for one in score_story([foreign, coy, clear], week()).reports] == [
        "A",
        "B",
        "C",
    ]


def test_a_telling_that_stands_in_the_issue_goes_on_standing_for_its_story() -> None:
    reports = [report(NEWS, source="A", weight=2.0), report("A planner", source="B")]
    assert score_story(reports, week(shown=frozenset({reports[1].id}))).reports[0] is reports[1]


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=80), st.floats(0, 2), st.floats(-1, 9)),
        min_size=1,
        max_size=4,
    )
)
def test_the_reasons_add_up_to_the_score_whatever_was_told(
    rows: list[tuple[str, str, float, float]],
) -> None:
    reports = [
        report(title, dek, source=f"S{n}", weight=weight, age_days=age)
        for n, (title, dek, weight, age) in enumerate(rows)
    ]
    one = score_story(reports, week())
    total = sum(reason.points for reason in one.reasons)
    assert one.score == pytest.approx(max(0.0, min(100.0, total)), abs=0.06)
    assert {found.id for found in one.reports} == {found.id for found in reports}
    assert score_story(reports[::-1], week()) == one
