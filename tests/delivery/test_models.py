"""What the tables of a delivery keep: an issue is sent once, and nobody is written to twice."""

import pytest
from sqlmodel import Session, select

from newsletter.delivery.models import Delivery, Exclusion, Message, Vote, messages_in
from newsletter.publications.models import Publication
from tests.delivery.rig import planned_in
from tests.rows import takes
from tests.samples.times import NOON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def delivery(session: Session, publication: Publication) -> Delivery:
    return planned_in(session, publication.key)


def message(delivery: Delivery, subscriber_id: int, status: str = "planned") -> Message:
    return Message(
        delivery_id=delivery.key,
        issue_id=delivery.issue_id,
        subscriber_id=subscriber_id,
        address=f"r{subscriber_id}@readers.example",
        status=status,
        due_at=NOON,
    )


def test_an_issue_has_one_delivery(session: Session, delivery: Delivery) -> None:
    again = Delivery(
        issue_id=delivery.issue_id,
        edition_id=delivery.edition_id,
        publication_id=delivery.publication_id,
        status="sending",
        considered=0,
        planned_at=NOON,
    )
    assert not takes(session, again)


def test_nobody_has_two_messages_of_an_issue(session: Session, delivery: Delivery) -> None:
    first = message(delivery, 1)
    assert takes(session, first, message(delivery, 2))
    assert not takes(session, message(delivery, 1))
    session.expire(first)
    assert (first.attempts, first.claimed_by, first.claimed_at) == (0, "", None)
    assert (first.code, first.reply, first.settled_at) == (None, "", None)


def test_a_reader_has_one_vote_and_one_reason_to_be_left_out(
    session: Session, delivery: Delivery
) -> None:
    def vote(answer: str) -> Vote:
        return Vote(issue_id=delivery.issue_id, subscriber_id=1, answer=answer, at=NOON)

    def exclusion(reason: str) -> Exclusion:
        return Exclusion(delivery_id=delivery.key, subscriber_id=1, reason=reason)

    assert takes(session, vote("up"), exclusion("snoozed"))
    assert not takes(session, vote("down"))
    assert not takes(session, exclusion("suppressed"))


def test_messages_are_found_by_one_status_or_several(session: Session, delivery: Delivery) -> None:
    statuses = ("planned", "accepted", "refused")
    assert takes(session, *(message(delivery, n, status) for n, status in enumerate(statuses)))

    def found(*wanted: str) -> list[str]:
        query = select(Message.status).where(messages_in(delivery.key, *wanted))
        return sorted(session.exec(query).all())

    assert found("accepted") == ["accepted"]
    assert found("accepted", "planned") == ["accepted", "planned"]
    elsewhere = select(Message).where(messages_in(delivery.key + 1, *statuses))
    assert not session.exec(elsewhere).all()
