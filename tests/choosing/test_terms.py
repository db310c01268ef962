"""Terms: each says in a sentence why it gives points or takes them."""

import pytest

from newsletter.choosing.ranking import score_story
from newsletter.choosing.stories import Report
from newsletter.choosing.voices.habits import Habit, Trait
from newsletter.choosing.weights import Weights
from tests.samples.reports import report, unweighted, week

NEWS = "Orrery launches a planner for laboratories"


def score(*reports: Report, **fields: object) -> float:
    return score_story(reports, week(**fields)).score


def sentences(*reports: Report, **fields: object) -> str:
    reasons = score_story(reports, week(**fields)).reasons
    return "; ".join(reason.because for reason in reasons)


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


def test_two_reports_of_one_source_are_one_source() -> None:
    assert "covered by" not in sentences(
        report(NEWS, source="A"), report("Orrery plans laboratories", source="A")
    )


def test_two_sources_of_one_firm_are_one_witness_and_it_says_so() -> None:
    news, papers = (report(NEWS, source=name, firm="orrery") for name in ("News", "Papers"))
    assert "covered by" not in sentences(news, papers)
    wire = report("Orrery plans laboratories", source="A")
    assert "covered by 2 sources that are independent, of 3" in sentences(news, papers, wire)


def test_a_list_of_changes_is_silent_but_for_alarms_and_a_vendor_weighs_less_than_a_lab() -> None:
    changes = report("The lamp has a switch", genre="changelog")
    assert score(changes) < Weights().floor < score(report("The lamp has a switch"))
    assert "from a list of changes of a product" in sentences(changes)
    alarm = "Orrery Lamp: a vulnerability is being exploited"
    assert score(report(alarm, genre="changelog")) == score(report(alarm))
    by_genre = {genre: score(report(NEWS, genre=genre)) for genre in ("lab", "press", "vendor")}
    assert by_genre["lab"] > by_genre["press"] == score(report(NEWS)) > by_genre["vendor"]


def test_a_heavier_source_fresher_news_and_more_to_read_weigh_more() -> None:
    assert score(report(NEWS, weight=2.0)) > score(report(NEWS)) > score(report(NEWS, weight=0.2))
    assert score(report(NEWS, age_days=1)) > score(report(NEWS, age_days=6))
    assert score(report(NEWS, words=900)) > score(report(NEWS))


def test_what_happened_weighs_more_than_what_may_happen() -> None:
    done, talk = "Court bans scoring by voice", "Court may ban scoring by voice"
    assert score(report(done)) > score(report(talk)) > score(report("Scoring by voice"))
    assert "so far it is talk" in sentences(report(talk))


@pytest.mark.parametrize("factor", [0.0, 1.5, 2.0])
def test_a_topic_weighs_as_the_publication_says(factor: float) -> None:
    story = report(NEWS, topics=("Policy",))
    assert (score(story, weights=Weights(topics={"policy": factor})) > score(story)) == (factor > 1)
    assert f"its topic “policy” has the weight {factor:g} here" in sentences(
        story, weights=Weights(topics={"policy": factor})
    )


def test_habits_of_the_editors_count_and_silence_all_but_great_news() -> None:
    plain = report(NEWS)
    key = Trait("source", str(plain.voices[0].id))
    liked = {key: Habit(1.0, (True,))}
    disliked = {key: Habit(-1.0, (False,) * 3, is_silent=True)}
    assert score(plain, history=liked) > score(plain) > score(plain, history=disliked) == 0
    assert "you kept the last one of this source" in sentences(plain, history=liked)
    assert "you dropped the last 3 of this source" in sentences(plain, history=disliked)
    great = [report(f"{NEWS} {n}", source=f"S{n}") for n in range(9)]
    assert score(plain, *great, history=disliked) > Weights().floor


def test_clicks_of_people_count_for_their_source() -> None:
    story = report(NEWS)
    assert (
        score(story, clicks={story.voices[0].id: 2.0})
        > score(story)
        > score(story, clicks={story.voices[0].id: 0.5})
    )
    assert "2.0 times as often" in sentences(story, clicks={story.voices[0].id: 2.0})


def test_one_source_that_looks_back_at_last_week_weighs_less_than_a_story_that_goes_on() -> None:
    back = report("The ban of last week, seen from here", source="A")
    assert score(back) < score(report("The ban, seen from here", source="A"))
    assert "looks back" not in sentences(back, report("Last week's ban is appealed", source="B"))


def test_a_term_without_points_says_nothing() -> None:
    assert score_story([report(NEWS)], week(weights=unweighted())).reasons == ()


def test_reasons_come_in_the_order_in_which_an_editor_reads_them() -> None:
    story = [report(NEWS, words=900), report("Laboratories", source="B")]
    assert sentences(*story).startswith("covered by 2 sources; ")
    assert sentences(*story).endswith("; has 900 words to read")
