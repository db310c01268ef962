"""Whose word a change of address needs, and which mailbox gets data."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from newsletter.privacy import agreeing
from newsletter.privacy.agreeing import NewMailbox, RefusedLately
from newsletter.publications.models import Publication
from subscribers.address_change import ChangeOver, NoChange, ask_change, carry_out_change, take_back
from subscribers.models import AddressChange, Subscriber
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

NEW = "new@readers.example"
WAIT = timedelta(days=14)
SECOND = timedelta(seconds=1)


@pytest.fixture
def ada(session: Session, publication: Publication) -> Subscriber:
    return session.get_one(Subscriber, join(session, publication).subscriber_id)


@pytest.fixture
def change(session: Session, ada: Subscriber) -> AddressChange:
    return ask_change(session, ada.key, NEW, NOON)


def test_the_new_mailbox_confirms_once(session: Session, change: AddressChange) -> None:
    with pytest.raises(NoChange):
        agreeing.require_confirmed(session, change.key)
    assert agreeing.confirm_new_address(session, change.key, NOON)
    assert not agreeing.confirm_new_address(session, change.key, NOON), "twice is harmless"
    assert agreeing.require_confirmed(session, change.key) is change


def test_a_refused_change_is_over(session: Session, change: AddressChange) -> None:
    agreeing.refuse_change(session, change.key, NOON)
    agreeing.refuse_change(session, change.key, NOON + WAIT)
    assert change.refused_at == NOON, "twice is harmless"
    with pytest.raises(ChangeOver):
        agreeing.confirm_new_address(session, change.key, NOON)
    with pytest.raises(RefusedLately):
        agreeing.require_no_refusal(session, change.subscriber_id, NOON + WAIT - SECOND)
    agreeing.require_no_refusal(session, change.subscriber_id, NOON + WAIT)


def test_a_change_of_another_address_than_the_present_one_is_over(
    session: Session, ada: Subscriber, change: AddressChange
) -> None:
    """Its yes was asked of a mailbox that has been left meanwhile."""
    ada.set_address("elsewhere@readers.example")
    with pytest.raises(ChangeOver):
        agreeing.confirm_new_address(session, change.key, NOON)


def test_silence_counts_from_the_question_on_and_only_if_there_was_one(
    session: Session, change: AddressChange
) -> None:
    asked_at = NOON + timedelta(days=3)
    assert agreeing.silent_changes(session, NOON + WAIT * 2) == [], "the new one never confirmed"
    agreeing.confirm_new_address(session, change.key, asked_at)
    assert agreeing.silent_changes(session, asked_at + WAIT) == []
    soon = asked_at + WAIT + timedelta(seconds=1)
    assert agreeing.silent_changes(session, soon) == [change]
    agreeing.refuse_change(session, change.key, soon)
    assert agreeing.silent_changes(session, soon) == []


def test_a_mailbox_is_known_from_the_start_and_a_changed_one_after_a_month(
    session: Session, ada: Subscriber, change: AddressChange
) -> None:
    agreeing.require_known_mailbox(session, ada, NOON)
    carry_out_change(session, change.key, now=NOON)
    with pytest.raises(NewMailbox, match="11 June 2026"):
        agreeing.require_known_mailbox(session, ada, NOON + timedelta(days=29))
    agreeing.require_known_mailbox(session, ada, NOON + timedelta(days=30))


def test_a_mailbox_that_takes_its_letters_back_is_known(
    session: Session, ada: Subscriber, change: AddressChange
) -> None:
    carry_out_change(session, change.key, now=NOON)
    take_back(session, change.key, NOON + timedelta(days=1))
    assert ada.address == ADA
    agreeing.require_known_mailbox(session, ada, NOON + timedelta(days=1))
