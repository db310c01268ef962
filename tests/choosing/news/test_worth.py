"""Worth: what one article shows counts for its story, what it is instead only if all are so."""

from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.news.worth import SAYS_NOTHING, find_heard, is_urgent, news_points
from newsletter.choosing.stories import Report
from newsletter.choosing.weights import Weights
from tests.samples.reports import report


def points(*reports: Report, **weights: float) -> float:
    return sum(points for points, _ in news_points(reports, usual_cues(), Weights(**weights)))


NEWS = "Court bans scoring by voice"


def test_a_lesson_takes_points_only_if_nobody_tells_it_as_news() -> None:
    lesson = report("How to live without scoring")
    assert points(lesson) < 0 < points(report(NEWS), lesson)


def test_what_all_tell_counts_more_than_what_one_of_them_tells() -> None:
    other = report("Scoring by voice")
    assert points(report(NEWS), report(NEWS)) > points(report(NEWS), other) > 0


def test_a_title_that_says_nothing_loses_a_little_and_says_so() -> None:
    found = news_points([report("An evening by the harbour")], usual_cues(), Weights())
    assert [because for _, because in found] == [SAYS_NOTHING]


def test_where_the_cues_know_hardly_any_of_the_news_their_silence_takes_nothing() -> None:
    quiet = [report(f"An evening by the {place}") for place in ("harbour", "river", "lake", "sea")]
    assert not find_heard(quiet, usual_cues())
    assert find_heard([*quiet[:3], report(NEWS)], usual_cues())
    assert news_points(quiet[:1], usual_cues(), Weights(), are_heard=False) == []


def test_weights_of_the_publication_count_for_news_and_for_lessons() -> None:
    assert points(report(NEWS), consequence=48) > points(report(NEWS)) > 0
    assert points(report("How to swim"), lesson=0, consequence=0) == 0


def test_the_more_families_the_less_each_adds_and_none_is_without_end() -> None:
    much = report("Court bans scoring; bank recalls 300 million cards after outage kills two")
    assert points(report(NEWS)) < points(much) < 36


def test_only_alarms_are_urgent() -> None:
    assert is_urgent([report("Boatyard: flaw exploited in the wild")], usual_cues())
    assert not is_urgent([report("Boatyard has a new mast")], usual_cues())
