"""Promise 9 in short, on both databases: put back, cloned and copied at instants of a week, nothing
leaves before a person adopts, and then nobody is lost and nobody written to twice. Guards that are
broken on purpose are caught."""

import json

import pytest

from tests.doubles.benches import run_bench

# copied and struck, in letters and acts of the week
WITHIN_A_DELIVERY, BEFORE_THE_SECOND = ["--at", "14", "30"], ["--at", "40", "62"]
WHILE_SOME_WAIT = ["--at", "18", "24"]
# Where a strike falls is chance: on a busy machine a copy may be made so late that it is not older,
# and then nothing is to be adopted.
TRIES = 3


def restore(*words: str) -> tuple[int, dict[str, int]]:
    done = run_bench("bench.restore", "--real-every", "0", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("words", [["--times", "2"], ["--times", "1", "--database", "postgres"]])
def test_nothing_leaves_before_a_person_adopts_and_then_nobody_is_lost_or_gets_two(
    words: list[str],
) -> None:
    for _ in range(TRIES):
        code, found = restore(*words, *WITHIN_A_DELIVERY)
        assert code == 0, found
        if found["adoptions"] == int(words[1]):
            break
    assert found["adoptions"] == int(words[1]), found
    assert found["messages"] > 20 * int(words[1])


@pytest.mark.parametrize(
    ("mutant", "words", "fault"),
    [
        ("forgetful", ["--kind", "file", *BEFORE_THE_SECOND], "twice"),
        ("deaf", ["--kind", "file", *BEFORE_THE_SECOND], "twice"),
        ("hasty", ["--kind", "file", *WITHIN_A_DELIVERY], "falsely accepted"),
        ("eager", ["--kind", "file", *WHILE_SOME_WAIT], "before adoption"),
        ("placeless", ["--kind", "clone", *BEFORE_THE_SECOND], "unsaid"),
    ],
)
def test_a_guard_that_is_broken_on_purpose_is_caught(
    mutant: str, words: list[str], fault: str
) -> None:
    for _ in range(TRIES):
        code, found = restore("--times", "5", "--mutant", mutant, *words)
        if found[fault]:
            break
    assert code == 1
    assert found[fault], found
