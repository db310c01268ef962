"""Planning: everyone considered has a row, once, and nobody joins later."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Exclusion
from newsletter.delivery.planning import NotApproved, freeze, has_work, is_planned, plan
from newsletter.delivery.reading import read_delivery
from newsletter.editions.printing import print_edition
from newsletter.issues import approval
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.urls import Urls
from subscribers.joining import signup
from subscribers.suppressing import suppress
from tests.delivery.rig import planned, planned_in, receiving, subscribe
from tests.issues.stage import open_issue
from tests.races import while_open
from tests.samples.times import NOON

READERS = tuple(f"reader{n}@readers.example" for n in range(4))


def test_asking_twice_opens_one_delivery(session: Session, publication: Publication) -> None:
    delivery = planned_in(session, publication.key, *READERS)
    assert plan(session, delivery.issue_id, NOON).key == delivery.key


def test_an_issue_without_an_approval_in_force_is_not_sent(
    session: Session, publication: Publication
) -> None:
    delivery = planned_in(session, publication.key)
    issue_id = delivery.issue_id
    session.delete(delivery)
    approved = approval.in_force(session, issue_id)
    assert approved is not None
    session.delete(approved)
    session.flush()
    with pytest.raises(NotApproved):
        plan(session, issue_id, NOON)


def test_an_approved_issue_goes_out_from_the_sender_that_was_approved(
    session: Session, publication: Publication
) -> None:
    key = open_issue(session, publication)
    edition = print_edition(session, key, Urls("https://news.example"), NOON)
    approval.approve(session, key, edition.checksum, by="mara", now=NOON)
    before = publication.sender_address
    change(session, publication.key, sender_address="other@elsewhere.example")
    assert plan(session, key, NOON).letterhead["sender_address"] == before


def test_everyone_considered_gets_a_message_or_an_exclusion_with_its_reason(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, *READERS)
        suppress(session, READERS[1], "bounced", NOON)
        signup.sign_up(session, publication.key, "new@readers.example", now=NOON)
    assert freeze(database, delivery.key)
    assert freeze(database, delivery.key), "what is planned is planned"
    frozen = database.read(read_delivery, delivery.key)
    assert is_planned(frozen)
    assert frozen.considered == 4
    with database.reading() as session:
        reasons = session.exec(select(Exclusion.reason).order_by(col(Exclusion.id))).all()
    assert list(reasons) == ["suppressed"]


def test_a_plan_made_under_a_clock_that_was_ahead_goes_out_by_an_honest_one(
    database: Database,
) -> None:
    """The scheduler's host was two hours ahead, or the clock was set back: nobody waits for it."""
    rig = planned(database, *READERS)  # at NOON
    rig.clock.move_by(timedelta(hours=-2))
    assert database.read(has_work, rig.delivery_id, rig.clock.now())
    with receiving() as inbox:
        assert rig.send(inbox).messages == {"accepted": 4}


def test_nobody_joins_after_planning(database: Database, publication: Publication) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, READERS[0])
    with database.writing() as session:
        subscribe(session, publication.key, READERS[1])
    assert freeze(database, delivery.key)
    assert database.read(read_delivery, delivery.key).considered == 1


def test_a_paused_delivery_is_planned_no_further_until_it_is_resumed(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, *READERS)
        control.pause(session, delivery.key)
    assert not freeze(database, delivery.key)
    database.write(control.resume, delivery.key, NOON)
    assert freeze(database, delivery.key)


def test_who_pauses_while_the_audience_is_frozen_pauses_that_too(
    database: Database, publication: Publication
) -> None:
    with database.writing() as session:
        delivery = planned_in(session, publication.key, *READERS)
    frozen = while_open(
        database,
        lambda session: control.pause(session, delivery.key),
        lambda: freeze(database, delivery.key),
    )
    assert frozen.result() is False, "it waits, and nothing fails"
    database.write(control.resume, delivery.key, NOON)
    assert freeze(database, delivery.key)
    assert database.read(read_ledger, delivery.key).messages == {"planned": len(READERS)}


def test_there_is_work_while_something_is_to_be_planned_or_due(database: Database) -> None:
    rig = planned(database, READERS[0])
    assert database.read(has_work, rig.delivery_id, NOON)
    database.write(control.stop, rig.delivery_id, NOON)
    assert not database.read(has_work, rig.delivery_id, NOON)
