"""`newsletter subscribers import` asks before it writes what a file does not say clearly."""

import shlex
from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run
from tests.samples.lists import workbook

OPTED_OUT = "email,Opted out,Note\nada@x.example,no,\nbob@x.example,yes,\n"


@pytest.fixture(autouse=True)
def begun(folder: Path) -> Path:
    run(*INIT)
    return folder


def test_what_is_not_clear_writes_nobody_and_the_line_that_helps_can_be_copied(
    begun: Path,
) -> None:
    (begun / "people.csv").write_text(OPTED_OUT, "utf-8")
    for dry in ((), ("--dry-run",)):
        refused = run("subscribers", "import", "people.csv", *dry, code=4).stderr
        assert "Opted out: no 1, yes 1" in refused
        assert "Nobody" not in refused or rows("subscribers", "list") == []
    assert rows("subscribers", "imports") == [], "an import that did not begin is on no record"
    (advice,) = [line for line in refused.splitlines() if line.startswith("  --status")]
    (done,) = rows("subscribers", "import", "people.csv", *shlex.split(advice))
    assert (done["added"], done["left"]) == (1, 1)


def test_a_word_of_the_file_is_no_command_of_the_shell(begun: Path) -> None:
    (begun / "people.csv").write_text('email,opt out\na@x.example,"$(touch x) `x` \'"\n', "utf-8")
    refused = run("subscribers", "import", "people.csv", code=4).stderr
    (advice,) = [line for line in refused.splitlines() if line.startswith("  --status")]
    assert shlex.split(advice)[1] == "opt out=$(touch x) `x` ':?"


def test_a_column_without_a_name_or_with_that_of_another_is_said_by_its_number(
    begun: Path,
) -> None:
    (begun / "people.csv").write_text("email,city,city\na@x.example,gold,unsubscribed\n", "utf-8")
    assert (
        "#3=unsubscribed:unsubscribed" in run("subscribers", "import", "people.csv", code=4).stderr
    )
    (done,) = rows("subscribers", "import", "people.csv", "--status", "#3=*:unsubscribed")
    assert done["left"] == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--status", "Opted out"), "COLUMN=WORD:MEANING"),
        (("--status", "Opted out=yes"), "COLUMN=WORD:MEANING"),
        (("--status", "Opted out=yes:gone"), "unsubscribed"),
        (("--status", "Nothing=yes:active"), "This file has: email, Opted out, Note."),
        (("--everybody", "gone"), "Meanings: active"),
        (("--dates", "year"), "day or month"),
    ],
)
def test_an_option_that_cannot_be_read_says_how_it_is_written(
    options: tuple[str, ...], words: str, begun: Path
) -> None:
    (begun / "people.csv").write_text(OPTED_OUT, "utf-8")
    assert words in run("subscribers", "import", "people.csv", *options, code=4).stderr


def test_the_name_of_a_file_and_the_order_of_dates_are_asked_for(begun: Path) -> None:
    table = "email,joined\na@x.example,05/06/2024\nb@x.example,soon\n"
    (begun / "bounces.csv").write_text(table, "utf-8")
    refused = run("subscribers", "import", "bounces.csv", code=4).stderr
    assert "--everybody bounce" in refused
    assert "--dates day" in refused
    answers = ("--everybody", "active", "--dates", "day")
    said = run("subscribers", "import", "bounces.csv", *answers).stderr
    assert "joined: 1 date cannot be read or believed (like soon)" in said
    joined = {row["address"]: row["joined_at"] for row in rows("subscribers", "list")}
    assert joined["a@x.example"].startswith("2024-06-05")


def test_all_sheets_of_a_workbook_come_in_and_who_left_on_one_stays_out(begun: Path) -> None:
    people = [["E-Mail"], ["a@x.example"], ["b@x.example"]]
    sheets = {"Notes": [["x"]], "News": people, "Abmeldungen": [["Mail"], ["b@x.example"]]}
    (begun / "book.xlsx").write_bytes(workbook(sheets))
    said = run("subscribers", "import", "book.xlsx").stderr
    assert "the sheets News, Abmeldungen of the workbook; without addresses: Notes" in said
    assert "1 row is of a sheet of the workbook whose people are: unsubscribed." in said
    status = {row["address"]: row["status"] for row in rows("subscribers", "list")}
    assert status == {"a@x.example": "active", "b@x.example": "unsubscribed"}
    assert rows("subscribers", "imports")[0]["file"] == "book.xlsx, 2 sheets"
