"""What a host knows of letters becomes the status of messages, and of those planned later."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from newsletter.backups.known_letters import give_fates, give_up_open, unknown_issues
from newsletter.database import Database
from newsletter.host.models import SentLetter
from newsletter.host.sent_log import IssueFates
from newsletter.issues.models import Issue
from subscribers.models import Merger, Subscriber
from tests.delivery.rig import Rig, planned
from tests.samples.times import NOON

ADA, BOB, EVE = (f"{name}@readers.example" for name in ("ada", "bob", "eve"))


@pytest.fixture
def rig(database: Database) -> Rig:
    return planned(database, ADA, BOB, EVE)


def give(session: Session, fates: dict[int, str], issue: int = 1) -> tuple[int, int]:
    return give_fates(session, {issue: IssueFates(fates, int(NOON.timestamp()))}, NOON)


def test_messages_get_their_fates_and_the_others_wait_on(rig: Rig) -> None:
    assert rig.database.write(give, {1: "accepted", 2: "uncertain"}) == (1, 1)
    assert [row.status for row in rig.messages()] == ["accepted", "uncertain", "planned"]
    assert rig.messages()[0].settled_at == NOON


def test_late_evidence_turns_uncertain_into_accepted_and_nothing_turns_back(rig: Rig) -> None:
    rig.database.write(give, {1: "uncertain"})
    assert rig.database.write(give, {1: "accepted"}) == (1, 0)
    assert rig.database.write(give, {1: "uncertain"}) == (0, 0)
    assert rig.messages()[0].status == "accepted"


def test_a_fate_waits_for_a_message_that_is_not_planned_yet(database: Database) -> None:
    with database.writing() as session:
        session.add(SentLetter(issue_id=1, subscriber_id=2, status="accepted"))
        session.add(SentLetter(issue_id=1, subscriber_id=3, status="uncertain"))
        session.add(SentLetter(issue_id=2, subscriber_id=1, status="accepted"))
    rig = planned(database, ADA, BOB, EVE)
    assert [row.status for row in rig.messages()] == ["planned", "accepted", "uncertain"]
    assert rig.ledger().considered == 3


def test_kept_fates_are_given_once_however_often_a_person_adopts(database: Database) -> None:
    with database.writing() as session:
        assert give(session, {1: "uncertain", 9: "accepted"}) == (1, 1)
        assert give(session, {1: "accepted"}) == (1, 0)
        kept = session.exec(select(SentLetter.subscriber_id, SentLetter.status)).all()
        assert kept == [(1, "accepted")]


def test_issues_that_only_the_log_knows_are_counted(rig: Rig) -> None:
    fates = {1: IssueFates({1: "accepted"}), 7: IssueFates({1: "accepted", 2: "uncertain"})}
    assert rig.database.read(unknown_issues, fates) == {7: 2}


def test_what_waits_in_deliveries_under_way_may_have_left_elsewhere(rig: Rig) -> None:
    rig.database.write(give, {1: "accepted"})
    assert rig.database.write(give_up_open) == 2
    assert [row.status for row in rig.messages()] == ["accepted", "uncertain", "uncertain"]


def test_who_came_after_the_last_letter_has_only_the_number_of_one_who_got_it(rig: Rig) -> None:
    """Between the moment a database is put back and its adoption, sign-ups get old numbers."""
    with rig.database.writing() as session:
        session.get_one(Subscriber, 2).created_at = NOON + timedelta(minutes=10)
    assert rig.database.write(give, {1: "accepted", 2: "accepted"}) == (1, 1)
    assert [row.status for row in rig.messages()] == ["accepted", "uncertain", "planned"]


def test_an_issue_that_came_after_the_last_letter_has_only_the_number_of_another(
    rig: Rig,
) -> None:
    with rig.database.writing() as session:
        session.get_one(Issue, 1).proposed_at = NOON + timedelta(minutes=10)
    assert rig.database.write(give, {1: "accepted", 2: "accepted"}) == (0, 2)


def test_a_letter_to_one_spelling_is_known_of_the_reader_who_remains(rig: Rig) -> None:
    """A database of before two spellings became one is put back, and upgraded once more."""
    with rig.database.writing() as session:
        session.add(Merger(gone_id=9, subscriber_id=1))
        session.add(Merger(gone_id=8, subscriber_id=1))
        assert give(session, {8: "accepted", 9: "uncertain"}) == (1, 0)
    assert [row.status for row in rig.messages()] == ["accepted", "planned", "planned"]
