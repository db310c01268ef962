"""`newsletter tool import`: files of each kind, their account, and what is refused."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.shell import INIT, rows, run

CSV = (
    "Tool;Website;Price;Tags\n"
    "Pen;https://pen.example;$9;Writing\n"
    "PEN;https://pen.example/?utm_source=x;$9;\n"
    f"Ink;https://ink.example;{'x' * 300};\n"
)


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_a_list_comes_in_with_an_account_of_its_rows(folder: Path) -> None:
    file = folder / "tools.csv"
    file.write_text(CSV, "utf-8")
    dry = run("tool", "import", str(file), "--dry-run")
    assert "nothing was done" in dry.stderr
    assert rows("tool", "list") == []
    done = run("tool", "import", str(file))
    assert "3 read: 1 new (1 came in, 0 wait for a yes)" in done.stdout
    assert "row 3: PEN: double. The same tool as row 2." in done.stderr
    assert "row 4: Ink: refused. Say what it costs in at most 24" in done.stderr
    assert rows("tool", "list")[0]["category"] == "Writing", "rivals share it"
    account = json.loads(run("tool", "import", str(file), "--json").stdout)
    assert (account["same"], account["double"], account["refused"]) == (1, 1, 1)


def test_a_workbook_is_a_list_too_and_new_ones_may_wait(folder: Path) -> None:
    book = Workbook()
    for row in (("Name", "URL"), ("Pen", "pen.example")):
        book.active.append(row)
    book.save(folder / "tools.xlsx")
    done = run("tool", "import", str(folder / "tools.xlsx"), "--ask")
    assert "1 new (0 came in, 1 wait for a yes)" in done.stdout


def test_what_is_no_list_is_refused_with_what_a_list_is(folder: Path) -> None:
    file = folder / "tools.json"
    file.write_text('{"error": "log in"}', "utf-8")
    assert "A list is CSV" in run("tool", "import", str(file), code=4).stderr


def test_a_long_account_is_cut_at_the_terminal(folder: Path) -> None:
    file = folder / "tools.csv"
    file.write_text("name,url\n" + "Pen,javascript:x\n" * 50, "utf-8")
    assert "and 10 more" in run("tool", "import", str(file)).stderr
