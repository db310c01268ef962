"""Workbooks of Excel are read, and whatever else is packed like them is refused."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from newsletter.lists.tables.shapes import NoFile
from newsletter.lists.tables.workbooks import LargeWorkbook, NamelessLeavers, NoWorkbook, readable
from tests.samples.lists import workbook

LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>'


def pack(path: Path, name: str, content: bytes, *, times: int = 1) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open(name, "w", force_zip64=True) as part,
    ):
        for _ in range(times):
            part.write(content)
    return path


def test_the_sheet_with_the_addresses_is_read_as_a_table_of_text(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = [
        ["E-Mail", "Joined", "Born", "N", "Opted out", "Sum"],
        ["ada@x.example", datetime(2024, 5, 6, 7, 8), date(2000, 1, 2), 3.0, True, "=1+1"],
        [],
        ["bo@x.example", None, None, 2.5, False, None],
    ]
    path.write_bytes(workbook({"Notes": [["a"]], "News": rows, "Empty": []}))
    with readable(path) as (table, read):
        text = table.read_text("utf-8")
    assert read is not None
    assert (read.titles, read.others) == (("News",), ("Notes",))
    assert read.named("a.xlsx") == "a.xlsx, sheet News"
    assert text.split("\n")[:3] == [
        "E-Mail,Joined,Born,N,Opted out,Sum",
        "ada@x.example,2024-05-06T07:08:00,2000-01-02T00:00:00,3,TRUE",  # nobody computed the sum
        "bo@x.example,,,2.5,FALSE",
    ]
    assert not table.exists(), "the copy is gone"


def test_leavers_far_down_on_another_sheet_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    left = [["Unsubscribed"], *[["-"]] * 300, ["E-Mail"], ["cy@x.example"]]
    path.write_bytes(workbook({"Sheet2": left, "News": [["a@x.example"], ["b@x.example"]]}))
    with readable(path) as (table, read):
        text = table.read_text("utf-8")
    assert read is not None
    assert read.titles == ("News", "Sheet2")
    assert "cy@x.example" in text


def test_a_sheet_of_leavers_without_addresses_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    people = [["Mail"], ["a@x.example"]]
    path.write_bytes(workbook({"News": people, "Abgemeldet": [["Name"], ["Ada Low"]]}))
    with pytest.raises(NamelessLeavers, match="Abgemeldet"), readable(path):
        pass


def test_any_other_file_is_given_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("ada@x.example\n")
    with readable(path) as given:
        assert given == (path, None)
    with pytest.raises(NoFile), readable(tmp_path / "none.xlsx"):
        pass


def test_what_unpacks_to_more_than_a_list_is_refused_before_it_does(tmp_path: Path) -> None:
    bomb = pack(tmp_path / "bomb.xlsx", "xl/worksheets/sheet1.xml", bytes(1 << 20), times=601)
    with pytest.raises(LargeWorkbook), readable(bomb):
        pass


@pytest.mark.parametrize("content", [LAUGHS, LAUGHS.decode().encode("utf-16-le"), b"<worksheet/>"])
def test_entities_and_workbooks_that_are_none_are_refused(content: bytes, tmp_path: Path) -> None:
    broken = pack(tmp_path / "broken.xlsx", "[Content_Types].xml", content)
    with pytest.raises(NoWorkbook), readable(broken):
        pass
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 a workbook")
    with pytest.raises(NoWorkbook), readable(tmp_path / "no.xlsx"):
        pass
