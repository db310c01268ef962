"""Any file of rows is read, whoever wrote it; a row that is broken costs itself only."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.lists.csv_files import (
    TOO_LONG,
    UNCLOSED,
    NoFile,
    NoSheet,
    Share,
    open_sheet,
    read_rows,
)

PEOPLE = [
    ["email", "name", "note"],
    ["ada@x.example", "Ada Löw", "a, b; c"],
    ["bo@x.example", "Bo", 'says "hi"\nand more'],
]


def read(folder: Path, raw: bytes, at: int = 0) -> list[tuple[int, list[str], str]]:
    path = folder / "in.csv"
    path.write_bytes(raw)
    return list(read_rows(open_sheet(path), at))


def text(delimiter: str, end: str = "\n") -> str:
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in PEOPLE]
    return end.join(quoted) + end


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_delimiter_line_end_and_encoding_are_found(
    tmp_path: Path, delimiter: str, end: str, encoding: str
) -> None:
    found = read(tmp_path, text(delimiter, end).encode(encoding))
    assert [(line, cells) for line, cells, wrong in found if not wrong] == [
        (2, PEOPLE[1]),
        (3, PEOPLE[2]),
    ]


def test_the_line_that_excel_needs_is_no_row_and_names_the_delimiter(tmp_path: Path) -> None:
    found = read(tmp_path, 'sep=;\r\nE-Mail;Name\r\nada@x.example;"Low, Ada"\r\n'.encode("utf-16"))
    assert found == [(3, ["ada@x.example", "Low, Ada"], "")]


def test_a_bare_list_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("Ada@x.example\nbo@x.example\n")
    sheet = open_sheet(path)
    assert sheet.header == ("address",)
    assert [cells for _, cells, _ in read_rows(sheet, 0)] == [["Ada@x.example"], ["bo@x.example"]]


def test_a_file_that_mixes_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    raw = (
        b"email,name\n"
        + "a@x.example,Jörg\n".encode()
        + "b@x.example,Jörg\n".encode("cp1252")
        + b"c@x.example,\x81\n"
    )
    assert [cells[1] for _, cells, _ in read(tmp_path, raw)] == ["Jörg", "Jörg", "\ufffd"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"PK\x03\x04 a workbook",
        b"%PDF-1.7 a document",
        ",".join(f"c{n}" for n in range(500)).encode(),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(NoSheet):
        read(tmp_path, raw)
    with pytest.raises(NoFile):
        open_sheet(tmp_path / "nobody.csv")


def test_a_quotation_mark_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    people = "".join(f"r{n}@x.example,R{n}\n" for n in range(300))
    raw = f'email,name\n{people}bad@x.example,"Bad\n{people}'.encode()
    found = read(tmp_path, raw)
    assert len(found) == 601
    assert [(line, wrong) for line, _, wrong in found if wrong] == [(302, UNCLOSED)]


def test_two_broken_rows_do_not_swallow_what_is_between_them(tmp_path: Path) -> None:
    raw = (
        b'email,name\na@x.example,"A\nb@x.example,B\n'
        b'c@x.example,"C\nd@x.example,D\ne@x.example,E,"\n'
    )
    assert [cells[0] for _, cells, _ in read(tmp_path, raw)] == [
        f"{letter}@x.example" for letter in "abcde"
    ]


def test_a_cell_of_a_megabyte_costs_one_row_and_little_memory(tmp_path: Path) -> None:
    raw = (
        b"email,name\na@x.example,"
        + b"x" * 3_000_000
        + b"\nb@x.example,B\n"
        + b'c@x.example,"'
        + b"y\n" * 90_000
        + b'"\nd@x.example,D\n'
    )
    found = read(tmp_path, raw)
    assert found[0][2] == TOO_LONG
    assert len(found[0][1][0]) <= 200
    assert {cells[0] for _, cells, wrong in found if not wrong} >= {"b@x.example", "d@x.example"}


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12),
            min_size=3,
            max_size=3,
        ),
        max_size=30,
    )
)
def test_what_csv_writes_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, people: list[list[str]]
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["email", "name", "note"], *people])
    found = read(tmp_path_factory.mktemp("sheet"), out.getvalue().encode())
    assert [cells for _, cells, _ in found] == people


CELLS = st.sampled_from(['"', '""', '"a\nb"', "a@x.example", "b@x.example", "x", "", ",", '"\n'])
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=4).map(",".join), max_size=60)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, st.integers(16, 200))
def test_the_shares_of_a_file_are_all_of_its_rows_and_no_row_twice(
    tmp_path: Path, lines: list[str], block_bytes: int
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["email,name", *lines]), newline="\n")
    sheet = open_sheet(path)
    whole = list(read_rows(sheet, 0, Share(), block_bytes))
    parts = [list(read_rows(sheet, 0, Share(n, 3), block_bytes)) for n in range(3)]
    assert sorted(row for part in parts for row in part) == sorted(whole)


def test_a_title_above_the_header_hides_no_column_that_says_no(tmp_path: Path) -> None:
    path = tmp_path / "titled.csv"
    path.write_text("My list,,\nName,Email,Opted out\nAda,a@x.example,yes\n")
    with pytest.raises(NoSheet, match="My list"):
        open_sheet(path)
