"""A row is a person or is rejected, and says why."""

import pytest

from newsletter.lists.columns import guess_columns
from newsletter.lists.csv_files import UNCLOSED
from newsletter.lists.people import Rejection, row_reader
from tests.samples.times import NOON

TODAY = "2026-06-02 09:00:00.000000"
READ = row_reader(guess_columns(["name", "email", "confirmed_at", "status"]), NOON)


def test_a_person_is_a_line_that_sorts_by_address_and_then_by_standing() -> None:
    confirmed = "2024-01-02 03:04:05.000000"
    assert READ(2, ["Ada", "Ada@X.example", "2024-01-02T03:04:05Z", ""], "") == (
        f"Ada@x.example\t1\tAda\t{confirmed}\t{confirmed}\t\t{{}}\n"
    )
    rows = [["", address, "", status] for address, status in (
        ("b@x.example", ""), ("a@x.example", "left"), ("a@x.example", ""), ("a-@x.example", ""),
    )]  # fmt: skip
    lines = sorted(str(READ(2, cells, "")) for cells in rows)
    assert [line.split("\t")[:2] for line in lines] == [
        ["a-@x.example", "1"],
        ["a@x.example", "1"],
        ["a@x.example", "2"],
        ["b@x.example", "1"],
    ]


def test_who_has_not_confirmed_has_no_time_of_it() -> None:
    line = READ(2, ["", "a@x.example", "2024-01-02", "pending"], "")
    assert str(line).split("\t")[3:5] == ["2024-01-02 00:00:00.000000", ""]


@pytest.mark.parametrize(
    ("cells", "problem", "value", "reason"),
    [
        (["Ada", "ada", "", ""], "", "ada", "needs an @"),
        (["Ada", "a\ufffd@x.example", "", ""], "", "a @x.example", "Save the file as UTF-8"),
        (["Ada", "a@x.example", "soon", ""], "", "a@x.example", "confirmed_at: expects"),
        (["Ada", "a@x.example", "", "", "Low"], "", "a@x.example", "has 5 cells, the header 4"),
        (["Ada"], "", "", "needs an @"),
        (["Ada,a@x.example"], UNCLOSED, "Ada,a@x.example", UNCLOSED),
    ],
)
def test_a_bad_row_is_listed_with_its_line_its_value_and_the_reason(
    cells: list[str], problem: str, value: str, reason: str
) -> None:
    rejection = READ(7, cells, problem)
    assert isinstance(rejection, Rejection)
    assert (rejection.line, rejection.value) == (7, value)
    assert reason in rejection.reason


def test_a_row_of_blanks_is_no_row_and_empty_cells_beyond_the_header_are_no_harm() -> None:
    assert READ(3, ["", " ", "", ""], "") is None
    assert "a@x.example" in str(READ(3, ["", "a@x.example", "", "", " ", ""], ""))
    assert "a@x.example" in str(READ(3, ["", "a@x.example"], ""))
