"""`newsletter tool gathered`: a yes and a no at the terminal, and what changed since."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)
    file = folder / "tools.csv"
    file.write_text("name,url,price\nPen,pen.example,$9\nInk,ink.example,$1\n", "utf-8")
    run("tool", "import", str(file), "--ask")


def names(status: str) -> list[object]:
    return [row["name"] for row in rows("tool", "gathered", "list", "--status", status)]


def test_a_yes_and_a_no_are_said_and_taken_back() -> None:
    run("tool", "gathered", "accept", "1")
    run("tool", "gathered", "refuse", "--all")
    assert (names("waiting"), names("accepted"), names("refused")) == ([], ["Pen"], ["Ink"])
    run("tool", "gathered", "undo", "2")
    run("tool", "gathered", "accept", "--all")
    assert [row["name"] for row in rows("tool", "list")] == ["Ink", "Pen"]
    run("tool", "gathered", "undo", "9", code=3)


def test_a_change_is_left_or_taken(folder: Path) -> None:
    run("tool", "gathered", "accept", "--all")
    file = folder / "tools.csv"
    file.write_text("name,url,price\nPen,pen.example,$19\nInk,ink.example,$2\n", "utf-8")
    run("tool", "import", str(file))
    assert [row["name"] for row in rows("tool", "gathered", "changes")] == ["Ink", "Pen"]
    run("tool", "gathered", "take", "1")
    run("tool", "gathered", "leave", "2")
    assert rows("tool", "gathered", "changes") == []
    assert [row["price"] for row in rows("tool", "list")] == ["$1", "$19"]
