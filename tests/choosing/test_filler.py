"""Filler: recurring posts are known by their rhythm, the rest by words; news is no filler."""

from datetime import timedelta

import pytest

from newsletter.choosing.filler import Mark, Series, mark_of, series_of
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.news.worth import signs_of
from newsletter.choosing.stories import Report
from tests.samples.reports import report
from tests.samples.times import NOON

WEEK = timedelta(days=7)


def mark(article: Report, *series: Series) -> Mark | None:
    return mark_of(article, series, signs_of(article, usual_cues()))


def mark_in_words(title: str, dek: str = "", topics: tuple[str, ...] = ()) -> str:
    found = mark(report(title, dek, topics=topics))
    return found.because if found else ""


@pytest.mark.parametrize(
    ("title", "because"),
    [
        ("[Sponsored] How to pay less for tokens", "sponsored post"),
        ("Learn welding in six weeks (ad)", "sponsored post"),
        ("Partner post: the cloud for bakers", "sponsored post"),
        ("The week's AI startup jobs (June 2)", "job ad"),
        ("Podcast: the woman who names storms", "sums up what was told before"),
        ("Ep. 41: Who pays for the sun?", "recurring post"),
        ("This week in tides #12", "sums up what was told before"),
        ("Deals of the week: a boat, a bridge, a bank", "sums up what was told before"),
        ("Boatyard weekly merge report", "sums up what was told before"),
        ("Late to this one: the bridge is sold", "late retelling"),
        ("Please stop naming storms after founders", "an opinion or a thought, without news"),
        ("How to build a boat in an afternoon", "teaches rather than tells"),
        ("How Tidewater Bank uses agents to sort mail", "tells how one customer or team uses it"),
        (
            "Harbour Pro Plan: pay by the knot, not by the boat",
            "plans, tiers and parts of one vendor's product",
        ),
        ("Tidal Leaderboard: which charts float", "page that stands rather than news"),
        ("Ferry Fares Rise Again, Ministers Weigh Bridge Tolls, Robots Learn To Swim", "round-up"),
    ],
)
def test_words_give_filler_away_the_first_time(title: str, because: str) -> None:
    assert mark_in_words(title) == because


@pytest.mark.parametrize(
    "title",
    [
        "Tidewater Systems to cut 3,200 jobs",
        "Regulator fines sponsor of storm names",
        "Ferry 3 now costs 40% less",
        "Judge rules on weekly pay of riders",
        "Harbour ends its free plan: boats must pay",
        "Coastal Action Plan: what the ministers agreed on",
        "A leaderboard of charts was gamed, study finds",
        "Orrery, Tidewater and Boatyard sign a common standard",
        "Newspapers sue Orrery over its weekly summaries",
    ],
)
def test_news_is_no_filler(title: str) -> None:
    assert mark_in_words(title) == ""


def test_a_dek_or_a_topic_of_the_feed_can_say_it_too() -> None:
    assert (
        mark_in_words("Five questions to a bank", "Paid content from Tidewater.")
        == "sponsored post"
    )
    assert (
        mark_in_words("Talking to a lighthouse keeper", topics=("Podcast",))
        == "sums up what was told before"
    )


def test_a_title_that_comes_every_week_with_other_numbers_is_recurring() -> None:
    series = series_of([(f"Harbour bulletin {n}/26", NOON - n * WEEK) for n in range(2)])
    assert mark(report("Harbour bulletin 0/26", at=NOON), series) is not None
    once = series_of([("Harbour bulletin 0/26", NOON)])
    assert mark(report("Harbour bulletin 0/26", at=NOON), once) is None


def test_a_label_must_come_three_times_at_equal_distances() -> None:
    twice = [("Slack water: a boat", NOON - WEEK), ("Slack water: a bank", NOON)]
    assert mark(report("Slack water: a bank", at=NOON), series_of(twice)) is None
    thrice = [*twice, ("Slack water: a bell", NOON - 2 * WEEK)]
    assert mark(report("Slack water: a bank", at=NOON), series_of(thrice)) is not None


def test_news_of_one_product_at_odd_times_is_not_recurring() -> None:
    times = (0, 1, 9, 12)
    series = series_of(
        [
            (f"Orrery Planner: piece {n}", NOON - timedelta(days=days))
            for n, days in enumerate(times)
        ]
    )
    assert mark(report("Orrery Planner: piece 0", at=NOON), series) is None
    reviews = series_of(
        [(f"Exclusive: boat {n}", NOON - n * WEEK) for n in "abc" for n in range(3)]
    )
    assert mark(report("Exclusive: a new boat", at=NOON), reviews) is None
