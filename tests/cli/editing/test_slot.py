"""`newsletter tool slot`: dated places for tools, and whose turn they make it."""

from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.cli.console import opened
from newsletter.issues.featuring import day_of
from tests.cli.shell import INIT, rows, run

PEN = ("tool", "add", "Pen", "https://pen.example", "--category", "Writing")


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_a_slot_is_booked_listed_and_ended_and_the_turn_says_why() -> None:
    run(*PEN)
    run("tool", "add", "Nib", "https://nib.example", "--category", "writing")
    run("tool", "add", "Fair", "https://fair.example", "--sponsor")
    with opened() as here:
        # In its own time zone: late in the evening that is tomorrow.
        today = day_of(here.publication, here.now())
    first, last = str(today), str(today + timedelta(days=30))
    run("tool", "slot", "add", "2", "--from", first, "--to", last, "--paid", "--cap", "2")
    assert (
        "has a slot on some of these days"
        in run("tool", "slot", "add", "2", "--from", first, code=5).stderr
    )
    assert (
        "ends on the day that it starts or later"
        in run("tool", "slot", "add", "1", "--from", last, "--to", first, code=4).stderr
    )
    (slot,) = rows("tool", "slot", "list")
    assert (slot["tool"], slot["kind"], slot["cap"], slot["sent"]) == ("Nib", "paid", 2, 0)
    turn = {str(row["tool"]): row for row in rows("tool", "turn")}
    assert turn["Nib"]["why"] == f"a paid slot, {first} to {last}, time 1 of 2"
    assert turn["Pen"]["why"] == "a rival of Nib, which is shown: both are writing"
    assert turn["Fair"]["shown"] == "no"
    run("tool", "slot", "end", "1")
    assert not rows("tool", "slot", "list")


def test_a_slot_of_one_day_needs_no_last_day_and_no_cap() -> None:
    run(*PEN)
    booked = run("tool", "slot", "add", "1", "--from", "2031-05-06").stderr
    assert "featured, 2031-05-06 to 2031-05-06" in booked
    (slot,) = rows("tool", "slot", "list")
    assert (slot["from"], slot["to"], slot["cap"]) == ("2031-05-06", "2031-05-06", "none")


def test_a_tool_and_a_slot_that_are_not_there_are_named_as_such() -> None:
    run("tool", "slot", "add", "9", "--from", "2031-05-06", code=3)
    run("tool", "slot", "end", "9", code=3)
