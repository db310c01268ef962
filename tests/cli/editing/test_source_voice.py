"""`newsletter source show` and `change`: what a source is guessed to be, and an editor's word."""

import pytest

from tests.cli.shell import INIT, rows, run, sample_feed


@pytest.fixture(autouse=True)
def _source() -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes", "--title", "Tide Log", "--category", "Sea")


def test_a_source_is_changed_field_by_field_and_what_is_not_given_stays() -> None:
    run("source", "change", "1", "--genre", "vendor", "--speaks-for", " Tide  Group ")
    (shown,) = rows("source", "show", "1")
    assert (shown["genre"], shown["speaks for"]) == ("vendor", "Tide Group")
    run("source", "change", "1", "--weight", "1.5", "--genre", "")
    (listed,) = rows("source", "list")
    assert (listed["title"], listed["category"], listed["weight"]) == ("Tide Log", "Sea", 1.5)
    assert (listed["genre"], listed["firm"]) == ("", "Tide Group")
    run("source", "change", "1", "--languages", "de fr")
    run("source", "change", "1", "--weight", "1")
    assert rows("source", "show", "1")[0]["languages"] == "de, fr"
    assert "tag like en" in run("source", "change", "1", "--languages", "Welsh", code=4).stderr


def test_a_kind_of_source_that_does_not_exist_is_refused_with_those_that_do() -> None:
    refusal = run("source", "change", "1", "--genre", "blog", "--title", "X", code=4).stderr
    assert "vendor" in refusal
    assert rows("source", "list")[0]["title"] == "Tide Log"
    assert "source list" in run("source", "show", "9", code=3).stderr


def test_what_was_learned_is_shown_and_forgotten() -> None:
    assert rows("source", "show", "1")[0]["learned"] == "nothing yet"
    assert "Tide Log" in run("source", "forget", "1").stderr
    assert "source list" in run("source", "forget", "9", code=3).stderr
