"""What an editor may set: each is kept, what is not named stays, and what cannot be is refused."""

from pathlib import Path

import pytest

from newsletter.publications.fields.preference import Preference
from newsletter.publications.fields.table import PREFERENCES
from tests.cli.shell import INIT, rows, run
from tests.publications.fields.samples import SAMPLES

BY_OPTION = [row for row in PREFERENCES.values() if row.name != "cues"]  # `newsletter cues use`


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


def words_for(preference: Preference, typed: str) -> list[str]:
    """The options of a command line for a text as it is typed at the desk."""
    if preference.kind.widget == "truth":
        return [preference.flag if typed == "yes" else f"--no-{preference.flag[2:]}"]
    lines = typed.split("\n") if preference.kind.widget == "list" else [typed]
    return [word for line in lines for word in (preference.flag, line)]


def test_each_column_is_set_by_its_option_and_shown_with_what_it_means() -> None:
    words = [word for row in BY_OPTION for word in words_for(row, SAMPLES[row.name].good)]
    run("publication", "set", *words)
    [found] = rows("publication", "show")
    for row in BY_OPTION:
        assert found[row.name] == row.read(SAMPLES[row.name].good), row.name
    table = " ".join(run("publication", "show").output.split())
    assert all(row.flag.removeprefix("--") in table for row in PREFERENCES.values())
    assert "At the foot of each" in table


@pytest.mark.parametrize(
    "preference", [row for row in BY_OPTION if row.kind.widget != "truth"], ids=lambda row: row.name
)
def test_each_bad_value_is_refused_in_words_and_nothing_else_is_set(preference: Preference) -> None:
    before = rows("publication", "show")
    bad = words_for(preference, SAMPLES[preference.name].bad)
    refused = run("publication", "set", "--no-monthly", *bad, code=4)
    assert refused.output.strip()
    assert "Traceback" not in refused.output
    assert rows("publication", "show") == before


def test_a_change_says_what_it_does_to_the_next_issue_also_without_doing_it() -> None:
    words = ("--cadence", "Thursday 09:00 Europe/Berlin")
    foreseen = run("publication", "set", "--try", *words).output
    assert "The next issue goes out Thursday" in foreseen
    assert rows("publication", "show")[0]["cadence"] == "Tuesday 09:00 Europe/Berlin"
    done = run("publication", "set", *words).output
    assert "The next issue goes out Thursday" in done


def test_a_set_that_names_nothing_says_so() -> None:
    assert "--help" in run("publication", "set", code=4).output
