"""Families: what titles show is judged on titles that nothing was fitted to, of several trades."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.choosing.news.cue_files import parse_cues
from newsletter.choosing.news.families import value_of
from newsletter.choosing.news.usual import usual_cues
from newsletter.choosing.ranking import score_story
from newsletter.choosing.weights import Weights
from tests.samples.reports import report, week

# A line each: whether an editor would lead with it, take it in, leave it out, or not care; a title.
TITLES = Path(__file__).parent / "titles.tsv"
WORTH = {"lead": 3, "in": 2, "-": 1, "out": 0}
CUES = usual_cues()


def points(title: str, dek: str = "") -> float:
    return sum(points for _, points in value_of(CUES.signs(title, dek)))


def names(title: str, dek: str = "", **around: object) -> set[str]:
    return {sign.family.name for sign in CUES.signs(title, dek, **around)}  # type: ignore[arg-type]


def judged_titles(language: str = "en") -> Iterator[tuple[int, float]]:
    file = TITLES if language == "en" else TITLES.with_name(f"titles.{language}.tsv")
    scored_in = week(language=language, cues=usual_cues(language))
    for line in file.read_text("utf-8").splitlines():
        worth, title = line.split("\t")
        yield WORTH[worth], score_story([report(title, language=language)], scored_in).score


def pairs_in_order(judged: list[tuple[int, float]]) -> float:
    """Return the share of pairs of which the better news has the higher score."""
    pairs = [
        (score > other) + (score == other) / 2
        for worth, score in judged
        for less, other in judged
        if worth > less
    ]
    return sum(pairs) / len(pairs)


def test_what_an_editor_leaves_out_stays_out_and_what_is_news_comes_in() -> None:
    judged = list(judged_titles())
    floor = Weights().floor
    out = [score for worth, score in judged if worth == 0]
    news = [score for worth, score in judged if worth >= 2]
    assert sum(score >= floor for score in out) <= 0.03 * len(out)
    assert sum(score >= floor for score in news) >= 0.95 * len(news)


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_news_of_another_language_is_ranked_by_the_cues_of_that_language(language: str) -> None:
    judged = list(judged_titles(language))
    floor = Weights().floor
    out = [score for worth, score in judged if worth == 0]
    leads = [score for worth, score in judged if worth == 3]
    assert all(score < floor for score in out)
    assert all(score > 20 for score in leads)
    assert pairs_in_order(judged) >= 0.93


def test_better_news_has_the_higher_score_in_nineteen_of_twenty_pairs() -> None:
    assert pairs_in_order(list(judged_titles())) >= 0.94


@pytest.mark.parametrize(
    "title",
    [
        "Code review rules", "Part 2", "The government of agents", "Act like an expert",
        "Orders of magnitude", "Release engineering", "Raising the bar", "Attack surface",
        "Word 3", "A bill of materials", "Charge your phone",
    ],
)  # fmt: skip
def test_a_word_with_another_sense_makes_no_news(title: str) -> None:
    assert points(title) < 10


def test_a_lesson_about_a_consequence_is_no_lesson() -> None:
    assert "lesson" in names("How to change a password")
    assert "lesson" not in names("How to change a password after the data breach")


def test_a_title_counts_more_than_a_dek() -> None:
    news = "Court bans scoring by voice"
    assert points(news) > points("Scoring by voice", news) > 0


def test_topics_and_addresses_show_what_a_feed_itself_calls_it() -> None:
    assert "customer" in names("A bank and its mail", topics=("Case Study",))
    assert "customer" in names("A bank", url="https://orrery.example/customers/bank")
    assert "independent" in names("How often do robots fall?", url="https://lab.gov.uk/robots")
    assert names("An evening", url="http://[") == set()


def test_a_part_of_a_product_is_news_only_where_many_use_the_product() -> None:
    assert "feature" in names("Memory for ChatGPT")
    assert "feature" not in names("Memory for Boatyard")


def test_a_family_that_adds_counts_beside_the_strongest_in_full() -> None:
    text = 'language = "en"\n' + "\n".join(
        f'[family.{name}]\nsays = "{name}"\npoints = 10\nphrases = "{name}"\n{more}'
        for name, more in (("bell", ""), ("boat", ""), ("storm", "adds = true"))
    )
    signs = parse_cues(text).signs("bell boat storm", "")
    assert sorted(points for _, points in value_of(signs)) == [3.5, 10, 10]
