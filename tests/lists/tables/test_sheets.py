"""Several sheets of a workbook are one table, and the name of a sheet speaks for its people."""

import csv
import io

import pytest

from newsletter.lists.presets import SHEET_HEAD
from newsletter.lists.tables.sheets import since_1904, write_as_one


def join(**sheets: list[list[str]]) -> list[list[str]]:
    out = io.StringIO()
    write_as_one([(title, rows.copy) for title, rows in sheets.items()], csv.writer(out))
    return list(csv.reader(io.StringIO(out.getvalue())))


def test_columns_meet_by_where_they_go_whatever_they_are_called() -> None:
    first = [["E-Mail", "Vorname", "City"], ["a@x.example", "Ada", "Ulm"]]
    second = [["My old list"], ["First name", "Mail", "Note"], ["Bo", "b@x.example"], []]
    third = [["c@x.example", "Cy"]]
    assert join(News=first, Unsubscribed=second, Sheet3=third) == [
        ["E-Mail", "Vorname", "City", "Note", "", SHEET_HEAD],
        ["a@x.example", "Ada", "Ulm", "", "", ""],
        ["b@x.example", "Bo", "", "", "", "unsubscribed"],
        ["c@x.example", "", "", "", "Cy", ""],
    ]


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Unsubscribed", "unsubscribed"),
        ("Bounces 2024", "bounce"),
        ("Abmeldungen", "unsubscribed"),
        ("退订", "unsubscribed"),
        ("Alte", "unsubscribed"),
        ("Gesperrt", "manual"),
        ("Spam complaints", "complaint"),
        ("Not unsubscribed", "Not unsubscribed"),
        ("März", "März"),
        ("Sheet2", ""),
        ("Tabelle 3", ""),
        ("2024", ""),
        ("Active subscribers", ""),
    ],
)
def test_a_sheet_says_what_its_people_are_or_is_asked_about(title: str, word: str) -> None:
    people = [["email"], ["b@x.example"]]
    assert join(Readers=[["email"], ["a@x.example"]], **{title: people})[1:] == [
        ["a@x.example", ""],
        ["b@x.example", word],
    ]


def test_plain_days_of_a_workbook_from_1904_are_moved_and_other_numbers_are_not() -> None:
    rows = [["email", "joined", "n"], ["a@x.example", "43831", "43831"], ["b@x.example", "soon"]]
    assert list(since_1904(rows))[1:] == [
        ["a@x.example", "45293", "43831"],
        ["b@x.example", "soon"],
    ]
