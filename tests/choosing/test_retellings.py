"""Retellings: two firms' stories that seem to tell one event in plain words, and what follows."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.choosing.lineup import line_up
from newsletter.choosing.ranking import Candidate, best_first
from newsletter.choosing.retellings import Retellings, confirm
from newsletter.choosing.weights import Weights
from tests.samples.reports import candidate

FROST = "Late frost destroys four fifths of the apple blossom"
AGAIN = "Apple growers lose the blossom to frost"
OTHERS = [candidate(f"Choir sings of the {place}", source=place) for place in ("sea", "mill")]


def story(title: str, firm: str, *, dek: str = "", days: int = 0, score: float = 40.0) -> Candidate:
    found = candidate(title, source=firm, firm=firm, score=score)
    first = found.reports[0]
    dated = replace(first, dek=dek, published_at=first.published_at - timedelta(days=days))
    return replace(found, reports=(dated,))


def seem_one(first: Candidate, second: Candidate, *others: Candidate) -> bool:
    retellings = Retellings([first, second, *others])
    return second in retellings.of(first) and first in retellings.of(second)


@pytest.mark.parametrize(
    ("first", "second", "dek"),
    [
        (FROST, AGAIN, ""),
        ("Lighthouse of Skerry goes dark", "Ships wait off Skerry without its lighthouse", ""),
        ("Walnut ferries run late", "Why the ferries wait", "Keepers of the walnut line"),
    ],
)
def test_titles_that_share_what_no_other_story_has_seem_to_tell_one_event(
    first: str, second: str, dek: str
) -> None:
    assert seem_one(story(first, "wire"), story(second, "post", dek=dek), *OTHERS)


@pytest.mark.parametrize(
    "second",
    [
        story(AGAIN, "wire"),  # of one firm: companions see to that
        story(AGAIN, "post", days=4),  # of another week, as it were
        story("Apple trees need water", "post"),  # one word
        story("What people say of most of it", "post"),  # plain words only
    ],
)
def test_what_shares_less_stands_on_its_own(second: Candidate) -> None:
    assert not seem_one(story(FROST, "wire"), second, *OTHERS)


def test_words_that_the_week_is_full_of_show_nothing() -> None:
    week = [story(f"Apple frost and blossom: {n} more", f"firm {n}") for n in ("red", "old", "sad")]
    assert not seem_one(story(FROST, "wire"), story(AGAIN, "post"), *week)


def test_news_of_two_kinds_needs_more_than_a_name_and_a_word() -> None:
    funded = story("Marlowe raises a round for claims", "wire")
    leaked = story("Marlowe claims lost in an outage", "post")
    assert not seem_one(funded, leaked, *OTHERS)


def test_a_story_that_another_firm_seems_to_tell_is_worth_more_and_says_so() -> None:
    ranked = [story("Choir opens hall", "hall", score=42.0), story(FROST, "wire", score=40.0)]
    found = confirm([*ranked, story(AGAIN, "post", score=30.0)], Weights())
    assert found[0].reports[0].title == FROST
    assert found[0].score > 42.0
    assert found[0].reasons[-1].because == f"“{AGAIN}” seems to tell of it too"
    assert found == sorted(found, key=best_first)


def test_one_event_has_one_place_and_the_other_telling_hears_why() -> None:
    ranked = [story(FROST, "wire"), story(AGAIN, "post", score=30.0), *OTHERS]
    verdicts = {v.candidate.id: v for v in line_up(ranked, 11, {}, Weights())}
    assert verdicts[ranked[0].id].place == 0
    retold = verdicts[ranked[1].id]
    assert retold.place is None
    assert retold.because == f"seems to tell what “{FROST}” tells, which is in"


def test_a_telling_that_an_editor_placed_keeps_the_other_out() -> None:
    placed = story(FROST, "wire")
    (verdict,) = line_up([story(AGAIN, "post")], 3, {0: placed}, Weights())
    assert verdict.place is None
