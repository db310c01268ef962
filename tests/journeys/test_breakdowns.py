"""The breakdowns in short: the service outlives them, and a guard that is broken on purpose is
caught. `python -m bench.breakdown` has all of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.benches import run_bench


def break_down(folder: Path, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    """Play some faults; returns the exit code, the rows and the table."""
    rows = folder / "rows.json"
    done = run_bench("bench.breakdown.__main__", "--json", str(rows), *words)
    assert rows.exists(), done.stderr
    return done.returncode, json.loads(rows.read_text("utf-8")), done.stdout


@pytest.mark.parametrize(
    ("database", "fault"),
    [
        ("sqlite", "updates fail"),
        ("sqlite", "421 at one recipient"),
        ("postgres", "clock ahead at planning"),
    ],
)
def test_a_breakdown_loses_nobody_doubles_nobody_and_is_over_with_its_cause(
    database: str, fault: str, tmp_path: Path
) -> None:
    code, rows, table = break_down(tmp_path, "--database", database, "--only", fault)
    assert code == 0, table
    assert [row["fault"] for row in rows] == [fault]


@pytest.mark.parametrize(
    ("mutant", "word", "patience_s"),
    [("journal", "letters too many", "300"), ("clock", "in vain for the next letter", "30")],
)
def test_a_guard_that_is_broken_on_purpose_is_caught(
    mutant: str, word: str, patience_s: str, tmp_path: Path
) -> None:
    code, rows, table = break_down(tmp_path, "--mutant", mutant, "--patience", patience_s)
    assert code == 1, table
    assert [word in " ".join(row["short"]) for row in rows] == [True], table
