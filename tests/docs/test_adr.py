"""The decision records: one form, an index that is complete, and tests that exist."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs/adr"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS = ["Status", "Context", "Decision", "Consequences", "Alternatives", "Kept by"]
STATUS = re.compile(r"Accepted, \d{4}-\d\d-\d\d\b|Superseded by (\d+)\.")
ROW = re.compile(r"^\| \[(\d+)\] \| (.+) \| (accepted|superseded by \d+) \|$", re.MULTILINE)
LINK = re.compile(r"^\[(\d+)\]: (\S+)$", re.MULTILINE)
LONGEST_LINE = 100

each_record = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)


def number_of(record: Path) -> int:
    return int(record.name[:4])


def sections_of(record: Path) -> dict[str, str]:
    """The text below each heading, in the order of the file."""
    _, *parts = re.split(r"^## ", record.read_text("utf-8"), flags=re.MULTILINE)
    return {title: text.strip() for title, _, text in (part.partition("\n") for part in parts)}


@each_record
def test_a_record_has_a_number_and_the_six_sections_in_order(record: Path) -> None:
    title = record.read_text("utf-8").splitlines()[0]
    assert title.startswith(f"# {number_of(record)}. ")
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", record.name)
    sections = sections_of(record)
    assert list(sections) == SECTIONS
    assert all(sections.values()), "no section is empty"


@each_record
def test_a_record_says_what_it_is_worth_today(record: Path) -> None:
    status = STATUS.match(sections_of(record)["Status"])
    assert status, "begin with `Accepted, 2026-05-12` or `Superseded by 6.`"
    numbers = {number_of(other) for other in RECORDS}
    assert status[1] is None or int(status[1]) in numbers - {number_of(record)}


@each_record
def test_every_test_that_a_record_names_exists(record: Path) -> None:
    names = set(re.findall(r"`(test_\w+)`", record.read_text("utf-8")))
    missing = sorted(names - defined_tests())
    assert not missing, missing


def test_the_index_lists_each_record_once_and_nothing_else() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    files = [(number_of(record), record.name) for record in RECORDS]
    rows = ROW.findall(index)
    assert [int(number) for number, _, _ in rows] == [number for number, _ in files]
    assert [(int(number), name) for number, name in LINK.findall(index)] == files
    for record, (_, _, status) in zip(RECORDS, rows, strict=True):
        superseded = STATUS.match(sections_of(record)["Status"])
        assert superseded is not None
        assert status == (f"superseded by {superseded[1]}" if superseded[1] else "accepted")


def test_each_number_is_given_once_and_none_is_left_out() -> None:
    assert [number_of(record) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_lines_are_short_enough_to_be_read_side_by_side() -> None:
    for page in sorted(FOLDER.glob("*.md")):
        lines = page.read_text("utf-8").splitlines()
        long = [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]
        assert not long, (page.name, long)


@cache
def defined_tests() -> frozenset[str]:
    """The names of all test functions, found by their text."""
    text = "\n".join(file.read_text("utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE))
