"""Ranking: the terms add up, filler sinks, and the clearest report comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.ranking import best_first, score_story
from tests.samples.reports import report, week
from tests.samples.times import NOON

NEWS = "Orrery launches a planner for laboratories"


def test_filler_sinks_to_nothing_unless_one_report_is_news() -> None:
    ad = report("[Sponsored] How Orrery plans laboratories", source="A")
    assert score_story([ad], week()).score == 0
    both = score_story([ad, report(NEWS, source="B")], week())
    assert both.mark is None
    assert both.reports[0].title == NEWS
    assert both.sources == ("B",)


def test_a_clear_title_in_the_publications_language_comes_first() -> None:
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
    story = score_story([foreign, coy, clear], week())
    assert [found.source for found in story.reports] == ["A", "B", "C"]


def test_a_report_that_is_in_the_issue_stays_the_first_of_its_story() -> None:
    reports = [report(NEWS, source="A", weight=2.0), report("A planner", source="B")]
    assert score_story(reports, week(shown=frozenset({reports[1].id}))).reports[0] is reports[1]


def test_of_equally_clear_reports_and_of_equal_stories_the_address_decides_and_never_the_id() -> (
    None
):
    for first_key, second_key in ((1, 2), (2, 1)):
        made = report(NEWS, source="A", at=NOON)
        pair = [
            replace(made, id=first_key, url="https://a.example/planner"),
            replace(made, id=second_key, url="https://b.example/planner"),
        ]
        assert score_story(pair[::-1], week()).reports == tuple(pair)
        alone = [score_story([each], week()) for each in pair]
        assert sorted([alone[1], alone[0]], key=best_first) == alone


@given(
    st.lists(
        st.tuples(st.text(max_size=60), st.text(max_size=80), st.floats(0, 2), st.floats(-1, 9)),
        min_size=1,
        max_size=4,
    )
)
def test_the_reasons_add_up_to_the_score_whatever_the_reports(
    rows: list[tuple[str, str, float, float]],
) -> None:
    reports = [
        report(title, dek, source=f"S{n}", weight=weight, age_days=age)
        for n, (title, dek, weight, age) in enumerate(rows)
    ]
    story = score_story(reports, week())
    total = sum(reason.points for reason in story.reasons)
    assert story.score == pytest.approx(max(0.0, min(100.0, total)), abs=0.06)
    assert {found.id for found in story.reports} == {found.id for found in reports}
    assert score_story(reports[::-1], week()) == story
