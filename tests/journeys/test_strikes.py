"""The kill test in short, on both databases: the true ledger passes it, and ledgers that are
broken on purpose do not."""

import json
import shutil

import pytest

from tests.doubles.benches import run_bench

SHORT = ["--readers", "2000", "--connections", "5"]


def strike(*words: str) -> tuple[int, dict[str, int]]:
    done = run_bench("bench.kill", *SHORT, *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_sender_that_is_struck_loses_nobody_and_writes_to_nobody_twice(database: str) -> None:
    code, found = strike("--strikes", "4", "--database", database)
    assert (code, found["strikes"], found["messages"] % 2000) == (0, 4, 0), found


@pytest.mark.skipif(
    not shutil.which("cc"),
    reason="the power cut is emulated by a small C library: a C compiler (cc) is missing here",
)
def test_a_power_cut_loses_nobody_either() -> None:
    code, found = strike("--strikes", "4", "--power-cut")
    assert code == 0, found


@pytest.mark.parametrize("mutant", ["buffered", "early"])
def test_a_ledger_that_is_broken_on_purpose_is_caught(mutant: str) -> None:
    code, found = strike("--strikes", "6", "--mutant", mutant)
    assert code == 1, found
    assert found["twice"] or found["falsely accepted"] or found["over the connections"], found
