"""A doubtful list gets one letter each, once it is in."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from newsletter.database import Database
from newsletter.letters.models import SmallLetter
from newsletter.letters.reconfirming import BadAnswerDays, NotImported, ask_to_stay
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.models import Import
from tests.samples.times import NOON
from tests.subscribers.people import join

SIGNER = Signer("a secret of the tests")


def ask(database: Database, import_id: int, days: int = 14) -> int:
    return ask_to_stay(
        database, import_id, days, urls=Urls("https://n.example"), signer=SIGNER, now=NOON
    )


def bring(database: Database, publication: Publication, status: str, people: int) -> int:
    with database.writing() as session:
        record = Import(
            publication_id=publication.key,
            file_name="list.csv",
            sha256="0" * 64,
            columns=["address"],
            targets=["address"],
            by="mara",
            status=status,
            started_at=NOON,
        )
        session.add(record)
        session.flush()
        for number in range(people):
            join(session, publication, f"r{number}@x.example", import_id=record.key)
        return record.key


def test_everybody_is_asked_once_however_many_they_are(
    database: Database, publication: Publication
) -> None:
    key = bring(database, publication, "finished", 201)  # more than one transaction asks
    assert ask(database, key) == 201
    assert ask(database, key) == 0
    with database.reading() as session:
        letters = session.exec(select(SmallLetter).order_by(col(SmallLetter.id))).all()
    assert {letter.kind for letter in letters} == {"reconfirm"}
    assert len({letter.address for letter in letters}) == 201
    token = letters[0].fields["stay_url"].rpartition("/")[2]
    assert SIGNER.read("stay", token, NOON + timedelta(days=14)) == 1


def test_a_list_that_is_still_coming_in_waits(database: Database, publication: Publication) -> None:
    with pytest.raises(NotImported):
        ask(database, bring(database, publication, "running", 1))


@pytest.mark.parametrize("days", [2, 91])
def test_people_have_time_to_answer_and_not_for_ever(
    days: int, database: Database, publication: Publication
) -> None:
    with pytest.raises(BadAnswerDays):
        ask(database, bring(database, publication, "finished", 0), days)
