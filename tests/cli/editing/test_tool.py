"""Tools on the command line: slots, whose turn it is, and decisions on what makers sent in."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from newsletter.cli.console import opened
from newsletter.letters.models import SmallLetter
from newsletter.tools import submissions
from newsletter.tools.cards import Card
from tests.cli.shell import INIT, rows, run

PEN = ("tool", "add", "Pen", "https://pen.example", "--category", "Writing")


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def send_in(name: str = "Inkwell", tags: tuple[str, ...] = ("Ocr",)) -> int:
    with opened() as here, here.database.writing() as session:
        card = Card(name, "https://inkwell.example", "Free", "Reads scanned letters.", tags)
        sent = submissions.submit(
            session, here.key, card, contact="maker@inkwell.example", now=here.now()
        )
        submissions.verify(session, sent.key, here.now())
        return sent.key


def letters() -> list[str]:
    with opened() as here, here.database.reading() as session:
        return [
            letter.kind
            for letter in session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all()
        ]


def test_a_tool_is_retired_and_brought_back() -> None:
    run(*PEN)
    assert "brings it back" in run("tool", "retire", "1").stderr
    assert rows("tool", "list")[0]["status"] == "retired"
    run("tool", "retire", "1", code=5)
    run("tool", "restore", "1")
    run("tool", "retire", "9", code=3)


def test_a_submission_is_asked_approved_or_rejected_and_its_maker_hears_of_it() -> None:
    first, second = send_in(), send_in("Pencil", ())
    assert [row["name"] for row in rows("tool", "submissions")] == ["Inkwell", "Pencil"]
    run("tool", "ask", str(first), "--question", "Does it work offline?")
    run("tool", "approve", str(first))
    assert rows("tool", "list")[0]["category"] == "Ocr", "its first tag, unless told"
    assert "write some" in run("tool", "reject", str(second), "--reason", " ", code=4).stderr
    run("tool", "reject", str(second), "--reason", "It needs an account.")
    assert (
        rows("tool", "submissions", "--status", "rejected")[0]["reason"] == "It needs an account."
    )
    run("tool", "approve", str(second), code=5)
    run("tool", "approve", "99", code=3)
    assert letters() == ["question", "approved", "rejected"]


def test_the_label_of_what_was_paid_for_is_set_and_never_empty() -> None:
    assert "shown as Anzeige" in run("tool", "disclosure", " Anzeige ").stderr
    assert "needs a label" in run("tool", "disclosure", " ", code=4).stderr
