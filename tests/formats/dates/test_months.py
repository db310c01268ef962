"""Months are known by their names in many languages, whole or cut short."""

import pytest

from newsletter.formats.dates import months
from newsletter.formats.dates.months import MONTHS, fold, without_phrases


@pytest.mark.parametrize("table", [months.NAMES, months.MORE_NAMES])
def test_no_name_means_one_month_here_and_another_there(table: str) -> None:
    names = table.split()
    assert len(names) % 12 == 0
    assert [MONTHS[fold(name)] for name in names] == [n % 12 + 1 for n in range(len(names))]


@pytest.mark.parametrize(
    ("name", "month"),
    [("mar", 3), ("Sept", 9), ("janv", 1), ("févr", 2), ("нояб", 11), ("Ιουν", 6), ("szept", 9)],
)
def test_a_beginning_that_means_one_month_is_that_month(name: str, month: int) -> None:
    assert MONTHS[fold(name)] == month
    assert "jui" not in MONTHS, "June or July"


def test_a_name_of_several_words_becomes_one() -> None:
    assert MONTHS[without_phrases(fold("تشرين الثاني"))] == 11
    assert MONTHS[without_phrases(fold("มี.ค."))] == 3
