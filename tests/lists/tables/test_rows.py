"""Any file of rows is read, whoever wrote it; a row that is broken costs itself only."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.lists.tables.rows import TOO_LONG, UNCLOSED, Share, read_rows
from newsletter.lists.tables.shapes import open_sheet


def read(folder: Path, raw: bytes, at: int = 0) -> list[tuple[int, list[str], str]]:
    path = folder / "in.csv"
    path.write_bytes(raw)
    return list(read_rows(open_sheet(path), at))


def test_a_file_that_mixes_encodings_is_read_line_by_line(tmp_path: Path) -> None:
    raw = (
        b"email,name\n"
        + "a@x.example,Jörg\n".encode()
        + "b@x.example,Jörg\n".encode("cp1252")
        + b"c@x.example,\x81\n"
    )
    assert [cells[1] for _, cells, _ in read(tmp_path, raw)] == ["Jörg", "Jörg", "\ufffd"]


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
