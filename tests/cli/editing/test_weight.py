"""`newsletter weight`: what ranking weighs."""

from pathlib import Path

from tests.cli.shell import INIT, rows, run


def test_weights_are_listed_set_and_refused(folder: Path) -> None:
    run(*INIT)
    run("weight", "set", "topic:policy", "1.5")
    assert {row["name"]: row["value"] for row in rows("weight", "list")}["topic:policy"] == 1.5
    run("weight", "set", "charm", "3", code=4)
    run("weight", "reset", "topic:policy")
    assert "topic:policy" not in {row["name"] for row in rows("weight", "list")}
