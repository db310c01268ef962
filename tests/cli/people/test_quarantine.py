"""`newsletter quarantine`: what looked suspicious is let in or dropped, and decided once."""

from pathlib import Path

import pytest
from sqlmodel import select

from newsletter.cli.console import opened
from newsletter.intake import quarantine
from newsletter.intake.quarantine import Arrival
from newsletter.letters.models import SmallLetter
from tests.cli.shell import INIT, rows, run

ADA, BOB = "ada@readers.example", "bob@readers.example"


@pytest.fixture(autouse=True)
def waiting(folder: Path) -> None:
    """Two sign-ups wait in quarantine."""
    run(*INIT)
    with opened() as here, here.database.writing() as session:
        for address in (ADA, BOB):
            arrival = Arrival("sign-up", address, {"words": "Subscribe"}, "203.0.113.9")
            reasons = ["a storm", "a trap"]
            quarantine.keep(session, here.publisher, arrival, reasons, now=here.now())


def letters_to() -> list[str]:
    with opened() as here, here.database.reading() as session:
        return [letter.address for letter in session.exec(select(SmallLetter)).all()]


def ids() -> dict[str, str]:
    return {str(row["address"]): str(row["id"]) for row in rows("quarantine", "list")}


def test_what_waits_is_listed_with_its_reasons() -> None:
    listed = {row["address"]: row for row in rows("quarantine", "list")}
    assert set(listed) == {ADA, BOB}
    assert (listed[ADA]["kind"], listed[ADA]["why"]) == ("sign-up", "a storm; a trap")


def test_who_is_let_in_gets_their_letter_and_who_is_dropped_gets_none() -> None:
    run("quarantine", "let-in", ids()[ADA])
    run("quarantine", "drop", ids()[BOB])
    assert letters_to() == [ADA]
    assert rows("quarantine", "list") == []
    assert [row["address"] for row in rows("quarantine", "list", "--status", "dropped")] == [BOB]


def test_a_drop_may_be_taken_back_but_a_letter_that_went_out_may_not() -> None:
    key = ids()[ADA]
    run("quarantine", "drop", key)
    run("quarantine", "let-in", key)
    assert letters_to() == [ADA]
    run("quarantine", "drop", key, code=5)
    run("quarantine", "let-in", key, code=5)
    assert letters_to() == [ADA]
    run("quarantine", "drop", "99", code=3)
