"""A person's small letters go with them, and every letter goes after its time."""

from datetime import timedelta

from sqlmodel import Session, col, select

from newsletter.letters.forgetting import (
    KEPT_FOR,
    forget_letters,
    forget_old_letters,
    letters_to,
)
from newsletter.letters.models import SmallLetter
from newsletter.letters.writing import write_goodbye
from newsletter.publications.models import Publication
from tests.samples.times import NOON
from tests.subscribers.people import ADA

LATER = NOON + KEPT_FOR + timedelta(seconds=1)


def write(session: Session, publication: Publication, status: str, address: str = ADA) -> None:
    write_goodbye(session, publication.key, address, "https://n.example/back", now=NOON)
    newest = select(SmallLetter).order_by(col(SmallLetter.id).desc()).limit(1)
    session.exec(newest).one().status = status
    session.flush()


def test_letters_go_and_a_claimed_one_loses_the_person(
    session: Session, publication: Publication
) -> None:
    for status in ("planned", "accepted", "claimed"):
        write(session, publication, status)
    write(session, publication, "planned", "bob@readers.example")
    assert [letter["status"] for letter in letters_to(session, ADA)] == [
        "planned",
        "accepted",
        "claimed",
    ]
    forget_letters(session, [ADA])
    letters = session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all()
    assert [letter.address for letter in letters] == ["", "bob@readers.example"]
    assert letters[0].fields == {"undo_url": "", "email": ""}


def test_old_letters_go_once_they_ended(session: Session, publication: Publication) -> None:
    for status in ("accepted", "expired", "planned"):
        write(session, publication, status)
    assert forget_old_letters(session, NOON + KEPT_FOR) == 0
    assert forget_old_letters(session, LATER) == 2
    assert [letter["status"] for letter in letters_to(session, ADA)] == ["planned"]


def test_a_claimed_letter_of_a_forgotten_person_goes_when_it_ended(
    session: Session, publication: Publication
) -> None:
    write(session, publication, "claimed")
    forget_letters(session, [ADA])
    assert forget_old_letters(session, NOON) == 0
    session.exec(select(SmallLetter)).one().status = "accepted"
    assert forget_old_letters(session, NOON) == 1
