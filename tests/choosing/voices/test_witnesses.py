"""Witnesses: a firm is one, however many feeds it has, and half of one for its own claims."""

from dataclasses import replace

import pytest

from newsletter.choosing.stories import Report, Voice
from newsletter.choosing.voices.witnesses import firms_of, resells, witnesses
from tests.samples.reports import report


def counts(*reports: Report) -> list[float]:
    return sorted(witnesses(reports).values())


def test_all_feeds_of_a_firm_are_one_witness() -> None:
    news = report("Kestrel 3 flies", source="News", firm="orrery.com")
    papers = report("How Kestrel 3 flies", source="Papers", firm="orrery.com")
    assert counts(news, papers) == [1.0]
    assert firms_of([news, papers]) == {"orrery.com"}


def test_a_firm_is_half_a_witness_of_its_own_claims_and_the_press_a_whole_one() -> None:
    own = report("Kestrel 3 flies", source="News", firm="orrery.com", genre="vendor")
    press = report("Orrery flies its kestrel", source="Wire", firm="wire.com", genre="press")
    assert counts(own, press) == [0.5, 1.0]


def test_a_source_that_speaks_for_nobody_passes_on_the_word_of_the_site_it_links() -> None:
    own = report("Kestrel 3 flies", source="News", firm="orrery.com", genre="lab")
    links = replace(report("Kestrel 3 flies", source="Links", genre="community"), firm="orrery.com")
    assert counts(own, links) == [0.5]
    # Nobody knows whose words these are: each source is a witness of its own.
    assert firms_of([report("A", source="One"), report("A", source="Two")]).__len__() == 2


def test_a_copy_is_half_a_witness_but_not_a_quarter() -> None:
    first = report("Kestrel 3 flies", source="Wire")
    copies = report("KESTREL 3  flies", source="Post", genre="community")
    assert counts(first, copies) == [0.5, 1.0]


def test_the_weight_of_a_source_is_the_weight_of_its_word() -> None:
    heavy, light = report("A", source="H", weight=2.0), report("B", source="L", weight=0.5)
    assert counts(heavy, light) == [0.5, 2.0]


@pytest.mark.parametrize(
    ("title", "sells"),
    [
        ("Kestrel 3 is now available in Orrery", True),
        ("Kestrel 3 comes to Orrery Cloud", True),
        ("Kestrel 3 is now available on the Orrery platform", True),
        # its own news
        ("Orrery is now available in Iceland", False),
        ("Orrery Lamp is now available on phones", False),
        ("Kestrel 3 is here", False),
        ("What we learned at Orrery", False),
        ("Orrery", False),
        ("", False),
    ],
)
def test_who_sells_the_product_of_another_says_that_it_exists_and_no_more(
    title: str, sells: bool
) -> None:
    assert resells(title, "orrery.com") is sells
    assert not resells(title, "")


def test_a_seller_counts_for_the_product_less_than_any_other_witness() -> None:
    seller = Voice(901, "Orrery blog", firm="orrery.com")
    sale = replace(report("Kestrel 3 is now available in Orrery"), voices=(seller,))
    assert counts(report("Harrier releases Kestrel 3", source="Wire"), sale) == [0.25, 1.0]
