"""What bears a fold: strong things alone, weak things in company only."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.choosing.folds.bearing import is_odd
from newsletter.choosing.folds.folding import fold
from tests.samples.stories import Item
from tests.samples.times import NOON

DAY = timedelta(days=1)
# The week brings Tilden daily, so its name alone tells nothing.
WEEK = [
    Item(f"other {at}", title, source=f"Other {at}", published_at=NOON - at * DAY / 4)
    for at, title in enumerate(
        [
            "Two cities ban scoring by voice",
            "A kitchen robot learns to crack eggs",
            "Harbour pilots try a chart that talks",
            "Why old maps are back",
            *(f"The {thing} of Tilden is late" for thing in ("ferry", "tram", "bus", "post")),
            *(f"Has the {thing} at Tilden had its day?" for thing in ("clock", "pier", "bakery")),
            *(f"Nobody minds the {thing} near Tilden" for thing in ("fog", "gulls", "noise")),
        ]
    )
]


def item(key: str, title: str, dek: str = "", source: str = "") -> Item:
    return Item(key, title, dek, source=source or key)


def are_one(first: Item, second: Item) -> bool:
    return frozenset({first.id, second.id}) in fold([first, second, *WEEK])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            item("a", "Exam board drops detector", "It raised false alarms against 212 pupils."),
            item("b", "False alarms end the use of an exam detector", "212 pupils were cleared."),
            id="an odd number in passing, with rare words beside it",
        ),
        pytest.param(
            item("a", "Kiln glazes unaided", "Nine kilns glazed tiles while a potter watched."),
            item("b", "Would you let it glaze?", "After nine kilns of tiles, a potter might."),
            id="a small number of one counted thing",
        ),
        pytest.param(
            item("a", "Port loosens curbs on mid-size cranes", "The draft of Harbour drops tolls."),
            item("b", "The crane line", "The draft of Harbour loosens curbs, drops tolls."),
            id="a plain word that is a name in mid-sentence",
        ),
        pytest.param(
            item("a", "Tilden files for a listing in secret", "The filing is in."),
            item("b", "We do not comment", "On a secret filing of Tilden for a listing.", "Tilden"),
            id="a firm of which the week is full, with the kind of news and rare words",
        ),
        pytest.param(
            item("a", "Longer hours and a crane deal with Quillon", source="Orrery blog"),
            item("b", "New crane partnership with Orrery", source="Quillon news"),
            id="two parties of one deal, who name each other",
        ),
    ],
)
def test_what_is_weak_bears_a_fold_in_company(first: Item, second: Item) -> None:
    assert are_one(first, second)
    assert are_one(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(
            item("a", "A school of pottery opens", "Its 212 pupils make cups."),
            item("b", "Rain keeps a bridge shut", "It leaves 212 drivers waiting."),
            id="an odd number alone",
        ),
        pytest.param(
            item("a", "Nine ways to glaze tiles", "A potter lists them."),
            item("b", "Nine ways to leave a town by night", "A driver lists them."),
            id="a small number of ways",
        ),
        pytest.param(
            item("a", "A potter glazes 3,200 kilns", "Rain kept them cool."),
            item("b", "Rain keeps 1,200 kilns shut", "No potter glazes."),
            id="two numbers that end alike",
        ),
        pytest.param(
            item("a", "Introducing the Orrery Institute", "Our Institute looks at the stars."),
            item("b", "Maps of moss", "We made them with the Institute of Quay."),
            id="a plain word that is a name of two houses",
        ),
        pytest.param(
            item("a", "Tilden partners with a school", source="Tilden blog"),
            item("b", "Announcing our partnership with the county", source="Quay blog"),
            id="two firms' deals of one day",
        ),
    ],
)
def test_what_is_weak_bears_nothing_alone(first: Item, second: Item) -> None:
    assert not are_one(first, second)


def test_two_parties_tell_their_deal_on_one_day() -> None:
    first = item("a", "Longer hours and a crane deal with Quillon", source="Orrery blog")
    later = item("b", "New crane partnership with Orrery", source="Quillon news")
    assert not are_one(first, replace(later, published_at=NOON - 2 * DAY))


@pytest.mark.parametrize("number", [37.0, 3200.0, 4.5, 100.0])
def test_an_odd_number_is_shared_by_chance_seldom(number: float) -> None:
    assert is_odd(number)


@pytest.mark.parametrize("key", [90.0, 12.0, 15.0, "quay"])
def test_a_round_number_and_a_word_are_not_odd(key: float | str) -> None:
    assert not is_odd(key)
