"""A table of any program is known by its first lines: encoding, delimiter, header."""

from pathlib import Path

import pytest

from newsletter.lists.tables.rows import read_rows
from newsletter.lists.tables.shapes import NoFile, NoSheet, open_sheet

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


@pytest.mark.parametrize(
    ("text", "header", "titles"),
    [
        (
            "My list,,\nName,Email,Opted out\nAda,a@x.example,yes\n",
            ("Name", "Email", "Opted out"),
            ("My list,,",),
        ),
        (
            "# Unsubscribed contacts\n\nE-Mail;Name\na@x.example;Ada\n",
            ("E-Mail", "Name"),
            ("# Unsubscribed contacts",),
        ),
        (
            "Cleaned, 2025, by us\nMail,Name,City\na@x.example,A,B\n",
            ("Mail", "Name", "City"),
            ("Cleaned, 2025, by us",),
        ),
        ("sep=;\nGone\na@x.example;Ada\n", ("address", "column 2"), ("Gone",)),
        ("Left:\nLow, Ada <a@x.example>\n", ("address",), ("Left:",)),
        ("Members\na@x.example\n", ("Members",), ()),
        ("Email,,\na@x.example,,\n", ("Email", "", ""), ()),
    ],
)
def test_what_is_above_the_header_is_its_title_and_hides_no_column(
    text: str, header: tuple[str, ...], titles: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "titled.csv"
    path.write_text(text)
    sheet = open_sheet(path)
    assert (sheet.header, sheet.titles) == (header, titles)
    assert [cells[:1] for _, cells, _ in read_rows(sheet, 0) if "@" in str(cells)], "its rows"
