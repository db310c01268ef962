"""What an editor may set: each is kept, what is not named stays, and what cannot be is refused."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_what_is_set_is_kept_and_the_rest_stays() -> None:
    run("publication", "set", "--topic", "Models", "--topic", "Policy", "--goodbye")
    run("publication", "set", "--forget-leavers-after", "90")
    [found] = rows("publication", "show")
    assert (found["topics"], found["goodbye"], found["forget_leavers_days"]) == (
        ["Models", "Policy"],
        True,
        90,
    )
    run("publication", "set", "--topic", "", "--no-goodbye")
    [found] = rows("publication", "show")
    assert (found["topics"], found["goodbye"], found["forget_leavers_days"]) == ([], False, 90)


def test_an_editor_may_change_the_standing_rule() -> None:
    run("publication", "set", "--rule", "send")
    assert rows("publication", "show")[0]["rule"] == "send"


@pytest.mark.parametrize(
    "words",
    [
        ("--topic", "Models", "--topic", "models"),
        ("--topic", "x" * 41),
        ("--forget-leavers-after", "7"),
        ("--rule", "perhaps"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(words: tuple[str, ...]) -> None:
    before = rows("publication", "show")
    run("publication", "set", *words, code=4)
    assert rows("publication", "show") == before
