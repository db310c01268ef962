"""The page about security is true: each file, test and rule of the linter that it names exists."""

import re
import tomllib
from collections.abc import Sequence

import pytest

from tests.architecture.sources import ROOT
from tests.docs.pages import read, rows

PAGE = read(ROOT / "docs/security.md")
REPORTS = read(ROOT / "SECURITY.md")
NUMBER = re.compile(r"V(\d+)\.\d+\.\d+")
CHAPTERS = range(1, 18)  # of ASVS 5.0
ROWS = [row for row in rows(PAGE) if NUMBER.fullmatch(row[0])]


def test_the_page_has_each_chapter_and_each_requirement_once() -> None:
    numbers = [row[0] for row in ROWS]
    assert len(numbers) == len(set(numbers))
    chapters = {int(number.split(".")[0].removeprefix("V")) for number in numbers}
    assert chapters == set(CHAPTERS)


RULE = re.compile(r"ruff ([A-Z]+\d+)")
LINT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
def test_each_row_says_where_and_what_keeps_it_or_what_is_open(row: Sequence[str]) -> None:
    _, short, where, kept_by, opened = row
    assert short
    assert (ROOT / where.strip("`")).exists(), where
    if not kept_by:
        assert opened.startswith(("open", "not ours")), "neither kept nor open"
        return
    rule = RULE.fullmatch(kept_by.strip("`"))
    if rule:
        assert rule[1].startswith(tuple(LINT["select"]))
        assert rule[1] not in LINT["ignore"]
        return
    file, _, test = kept_by.strip("`").partition("::")
    assert f"def {test}(" in (ROOT / file).read_text("utf-8"), kept_by


def test_the_page_for_reports_says_how_and_what_is_promised() -> None:
    heads = re.findall(r"^## (.+)$", REPORTS.text, re.MULTILINE)
    assert heads == [
        "How to report a fault",
        "What is supported",
        "What we promise",
        "What is known",
    ]
    assert all((ROOT / link).exists() for link in REPORTS.links)
