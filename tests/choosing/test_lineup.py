"""The line-up: the best get the places, sources and topics spread, each candidate learns why."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsletter.choosing.lineup import line_up
from newsletter.choosing.ranking import Candidate, score_story
from newsletter.choosing.terms import Reason
from newsletter.choosing.weights import Weights
from tests.samples.reports import candidate, report, week

WEIGHTS = Weights()


def verdicts(
    ranked: list[Candidate], places: int, placed: dict[int, Candidate | None] | None = None
) -> dict[str, str]:
    return {
        v.candidate.reports[0].title: v.because
        for v in line_up(ranked, places, placed or {}, WEIGHTS)
    }


def test_the_best_get_the_places_and_the_next_hears_by_how_much_it_missed() -> None:
    ranked = [candidate(f"Story {n}", source=f"S{n}", score=50 - n) for n in range(4)]
    found = verdicts(ranked, 3)
    assert found["Story 0"] == "in: 50.0"
    assert found["Story 3"] == "below the cut: 47.0 against 48.0"


def test_a_third_story_of_one_source_gives_way_to_another_source() -> None:
    ranked = [candidate(f"Story {n}", source="One", score=50 - n) for n in range(3)] + [
        candidate("Other", source="Two", score=40.0)
    ]
    found = verdicts(ranked, 3)
    assert found["Other"].startswith("in")
    assert found["Story 2"] == "third story of One: 48.0 less 10.0 against 40.0"


def test_one_source_may_fill_an_issue_if_there_is_no_other() -> None:
    assert all(
        because.startswith("in")
        for because in verdicts(
            [candidate(f"Story {n}", score=30 - n) for n in range(6)], 6
        ).values()
    )


def test_two_sources_of_one_name_are_two_sources() -> None:
    """Many feeds call themselves “Feed” or “Blog”."""
    ranked = [candidate(f"Story {n}", source=f"S{n}", score=50 - n) for n in range(4)]
    alike = [replace(story, voices=(replace(story.voices[0], name="Feed"),)) for story in ranked]
    assert verdicts(alike, 3) == verdicts(ranked, 3)


def test_a_further_story_of_a_firm_gives_way_though_another_of_its_feeds_tells_it() -> None:
    ranked = [
        candidate(f"Story {n}", source=f"Feed {n}", firm="orrery", score=50 - n) for n in range(3)
    ]
    ranked.append(candidate("Other", source="Two", score=44.0))
    assert verdicts(ranked, 3)["Story 2"] == "third story of orrery: 48.0 less 5.0 against 44.0"
    ranked[-1] = replace(ranked[-1], score=42.0)
    # In a week that has nothing better it stands.
    assert verdicts(ranked, 3)["Story 2"].startswith("in")


def test_topics_spread() -> None:
    ranked = [
        candidate(f"Chips {n}", source=f"S{n}", topics=("chips",), score=50 - n) for n in range(4)
    ]
    ranked.append(candidate("Law", source="S9", topics=("law",), score=45.0))
    found = verdicts(ranked, 4)
    assert found["Law"].startswith("in")
    assert "fourth story on “chips”" in found["Chips 3"]


def test_filler_and_what_is_too_light_stay_out_even_where_there_is_room() -> None:
    found = verdicts(
        [
            candidate("News", score=40.0),
            candidate("Weekly merge report"),
            candidate("A thing", score=1.0),
        ],
        5,
    )
    assert found["Weekly merge report"].startswith("filler: ")
    assert found["A thing"] == "too light: 1.0 is below the floor of 5"


def test_what_an_editor_placed_keeps_its_place_and_counts_for_variety() -> None:
    mine = candidate("Mine", source="One", score=9.0)
    ranked = [candidate(f"Story {n}", source="One", score=50 - n) for n in range(2)] + [
        candidate("Other", source="Two", score=39.0)
    ]
    found = line_up(ranked, 3, {1: mine}, WEIGHTS)
    assert {v.candidate.reports[0].title: v.place for v in found} == {
        "Story 0": 0,
        "Other": None,
        "Story 1": 2,
    }
    assert found[0].because == "in: 46.0, 50.0 before what variety costs"


def test_of_equally_clear_reports_that_of_a_source_linked_less_is_linked() -> None:
    stories = [
        score_story([report(f"Firm {n} sues the state", source=s) for s in ("A", "B")], week())
        for n in range(2)
    ]
    assert {v.candidate.reports[0].source for v in line_up(stories, 2, {}, WEIGHTS)} == {"A", "B"}


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 3), st.integers(0, 2)), max_size=30),
    st.integers(0, 12),
)
def test_no_place_is_given_twice_and_everybody_gets_a_verdict(
    rows: list[tuple[int, int, int]], places: int
) -> None:
    ranked = sorted(
        (
            candidate(f"T{n}", f"S{s}", (f"t{t}",), score=float(score))
            for n, (score, s, t) in enumerate(rows)
        ),
        key=lambda c: -c.score,
    )
    found = line_up(ranked, places, {}, WEIGHTS)
    given_ = [v.place for v in found if v.place is not None]
    assert len(set(given_)) == len(given_) <= places
    assert sorted(given_) == list(range(len(given_)))
    assert [v.candidate.reports[0].title for v in found] == [
        story.reports[0].title for story in ranked
    ]
    assert line_up(ranked, places, {}, WEIGHTS) == found


LESSONS = ("How to moor a boat in wind", "Guide to knots for beginners", "Tips for painting a mast")


def thin_week(*titles: str, fewest: int) -> list[str]:
    ranked = [candidate(title, source=title) for title in titles]
    verdicts = line_up(ranked, 11, {}, WEIGHTS, fewest)
    return [v.candidate.reports[0].title for v in verdicts if v.place is not None]


def test_lessons_fill_a_thin_week_up_to_what_the_publication_wants_and_no_further() -> None:
    news = "Court bans ferries"
    assert thin_week(news, *LESSONS, fewest=3) == [news, *LESSONS[:2]]
    assert thin_week(news, *LESSONS, fewest=1) == [news]


def test_a_week_of_lessons_alone_is_no_issue() -> None:
    assert thin_week(*LESSONS, fewest=3) == []


def test_a_lesson_says_why_it_is_in_and_filler_never_comes_in() -> None:
    ranked = [candidate("Court bans ferries"), candidate(LESSONS[0]), candidate("Harbour 2.0.14")]
    found = [v.because for v in line_up(ranked, 11, {}, WEIGHTS, 3)]
    assert found[1] == "in: a lesson, because there is no better news"
    assert found[2].startswith("filler")


def test_a_lesson_in_another_language_or_of_a_silent_source_fills_nothing() -> None:
    foreign = score_story(
        [report("Tutorial: Boot und Mast", "Das ist nicht schwer", language="de")], week()
    )
    silent = candidate(LESSONS[0])
    lost = replace(silent, reasons=(*silent.reasons, Reason(-40.0, "you dropped all of it")))
    found = line_up([candidate("Court bans ferries"), foreign, lost], 11, {}, WEIGHTS, 3)
    assert [verdict.place for verdict in found] == [0, None, None]


def test_a_third_story_of_one_firm_stands_where_there_is_nothing_better() -> None:
    ranked = [candidate(f"Story {n}", source="One", score=30.0 - n) for n in range(3)]
    assert [v.place for v in line_up(ranked, 11, {}, WEIGHTS)] == [0, 1, 2]
