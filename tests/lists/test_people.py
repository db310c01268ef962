"""A row is a person or is rejected, and says why."""

import pytest

from newsletter.lists.columns import guess_columns
from newsletter.lists.people import Rejection, row_reader
from newsletter.lists.tables.rows import UNCLOSED
from tests.samples.times import NOON

TODAY = "2026-05-12 12:00:00.000000"
READ = row_reader(guess_columns(["name", "email", "confirmed_at", "status"]), NOON)


def test_a_person_is_a_line_that_sorts_by_mailbox_and_then_by_standing() -> None:
    confirmed = "2024-01-02 03:04:05.000000"
    assert READ(2, ["Ada", "Ada@X.example", "2024-01-02T03:04:05Z", ""], "") == (
        f"ada@x.example\t1\tAda\t{confirmed}\t{confirmed}\t\t{{}}\tAda@x.example\n"
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
        (["Ada", "a@x.example", "", "vip"], "", "a@x.example", "'vip' is no status"),
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
    assert rejection.line == 7
    assert value in rejection.cells, "all of the row is kept: it comes again"
    assert reason in rejection.reason


def test_a_row_of_blanks_is_no_row_and_empty_cells_beyond_the_header_are_no_harm() -> None:
    assert READ(3, ["", " ", "", ""], "") is None
    assert "a@x.example" in str(READ(3, ["", "a@x.example", "", "", " ", ""], ""))
    assert "a@x.example" in str(READ(3, ["", "a@x.example"], ""))


def test_a_date_that_cannot_be_read_costs_the_date_and_not_the_person() -> None:
    line = READ(7, ["Ada", "a@x.example", "soon", ""], "")
    assert str(line).startswith(f"a@x.example\t1\tAda\t{TODAY}\t")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Ada Low <ada@x.example>", "Ada Low"),
        ('"Low, Ada" <ada@x.example>', "Low, Ada"),
        ("ada@x.example (Ada Low)", "Ada Low"),
        ("<ada@x.example>", ""),
        ("mailto:ada@x.example", ""),
    ],
)
def test_an_address_is_read_out_of_what_mail_programs_write(cell: str, name: str) -> None:
    assert str(READ(7, ["", cell, "", ""], "")).startswith(f"ada@x.example\t1\t{name}\t")
    assert str(READ(7, ["Own", cell, "", ""], "")).startswith("ada@x.example\t1\tOwn\t")


def test_a_comment_of_a_plain_list_is_no_row_and_never_an_address() -> None:
    read = row_reader(guess_columns(["address"]), NOON)
    assert read(1, ["# members of news"], "") is None
    assert read(2, ["#gone@x.example"], "") is None
