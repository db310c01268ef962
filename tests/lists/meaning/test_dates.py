"""Dates of lists are read in every common form, and one that cannot be costs nobody."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.lists.meaning.dates import DateNotes, orders_of, time_cell_reader, written

LATEST = "2026-06-01 00:00:00.000000"


def read(cell: str, order: str = "") -> tuple[str, DateNotes]:
    notes = DateNotes()
    return time_cell_reader(0, LATEST, order, notes)([cell]), notes


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("", ""),
        ("  ", ""),
        ("2024-05-12T08:09:10Z", "2024-05-12 08:09:10.000000"),
        ("2024-05-12 08:09:10", "2024-05-12 08:09:10.000000"),
        ("2024-05-12T08:09:10.5+02:00", "2024-05-12 06:09:10.500000"),
        ("2024-05-12", "2024-05-12 00:00:00.000000"),
        ("20240512", "2024-05-12 00:00:00.000000"),
        ("2024/05/12", "2024-05-12 00:00:00.000000"),
        ("12.5.2024", "2024-05-12 00:00:00.000000"),
        ("12.05.2024 08:09", "2024-05-12 08:09:00.000000"),
        ("31/12/2024", "2024-12-31 00:00:00.000000"),
        ("12/31/2024 5:00 PM", "2024-12-31 17:00:00.000000"),
        ("31-12-24", "2024-12-31 00:00:00.000000"),
        ("5/5/2024", "2024-05-05 00:00:00.000000"),
        ("1733011200", "2024-12-01 00:00:00.000000"),
        ("1733011200000", "2024-12-01 00:00:00.000000"),
        ("45627", "2024-12-01 00:00:00.000000"),
        ("45627.5", "2024-12-01 12:00:00.000000"),
        ("May 12, 2024", "2024-05-12 00:00:00.000000"),
        ("12. Mai 2024", "2024-05-12 00:00:00.000000"),
        ("12 août 2024", "2024-08-12 00:00:00.000000"),
        ("12 de mayo de 2024", "2024-05-12 00:00:00.000000"),
        ("12 maja 2024", "2024-05-12 00:00:00.000000"),
        ("2019", "2019-01-01 00:00:00.000000"),
        ("2019-05", "2019-05-01 00:00:00.000000"),
        ("6/2020", "2020-06-01 00:00:00.000000"),
        ("05.2020", "2020-05-01 00:00:00.000000"),
        ("Mai 2020", "2020-05-01 00:00:00.000000"),
        ("février 2020", "2020-02-01 00:00:00.000000"),
        ("enero de 2020", "2020-01-01 00:00:00.000000"),
        ("Sept-2019", "2019-09-01 00:00:00.000000"),
        ("2019 Juni", "2019-06-01 00:00:00.000000"),
        ("2020年5月", "2020-05-01 00:00:00.000000"),
        ("15 мая 2020", "2020-05-15 00:00:00.000000"),
        ("2024-03-24 10:23:10 UTC", "2024-03-24 10:23:10.000000"),
        ("2026-06-01 09:00:00", LATEST),  # a clock of another zone
        ("0000-00-00 00:00:00", ""),
    ],
)
def test_a_time_is_read_as_the_database_writes_it(cell: str, time: str) -> None:
    got, notes = read(cell)
    assert (got, notes.lost) == (time, 0)


@pytest.mark.parametrize(
    "cell",
    ["soon", "2024-13-01", "31.2.2024", "0001-01-01T00:00:00+23:00", "2099-01-01", "1970-01-01",
     "1989-12-31", "99/99/2024", "1850", "2150", "13/2020", "2019-13", "Foo 2019",
     "1" * 500, "9" * 13],
)  # fmt: skip
def test_a_time_that_is_none_or_cannot_be_costs_the_date_and_is_said(cell: str) -> None:
    got, notes = read(cell)
    assert (got, notes.lost) == ("", 1)
    assert notes.examples == [cell[:60]]


def test_which_of_day_and_month_is_first_the_rest_of_the_column_tells() -> None:
    assert read("5/6/2024", "day")[0] == "2024-06-05 00:00:00.000000"
    assert read("5/6/2024", "month")[0] == "2024-05-06 00:00:00.000000"
    assert read("5/6/2024")[0] == ""
    assert read("5/6/2024")[1].either == 1
    day, month, none = DateNotes(day=3), DateNotes(month=1), DateNotes(either=2)
    assert orders_of({1: day}, "") == {1: "day"}
    assert orders_of({1: none, 2: month}, "") == {1: "month", 2: "month"}
    assert orders_of({1: none, 2: month, 3: day}, "") == {1: "", 2: "month", 3: "day"}
    assert orders_of({1: none}, "day") == {1: "day"}
    assert orders_of({1: DateNotes(day=1, month=1, either=1)}, "day") == {1: ""}


@given(st.text(alphabet="0123456789/-. :TZ+jan"))
def test_no_text_breaks_the_reading(text: str) -> None:
    got = read(text)[0]
    assert not got or "1990-01-01" <= got <= LATEST


def test_a_time_is_written_in_utc() -> None:
    local = timezone(timedelta(hours=2))
    assert written(datetime(2024, 5, 12, 8, tzinfo=local)) == "2024-05-12 06:00:00.000000"
    assert written(datetime(2024, 5, 12, 8, 0, 0, 5, UTC)) == "2024-05-12 08:00:00.000005"
