"""Promises that the tables themselves keep, on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, delete

from newsletter.publications.models import Publication
from subscribers.models import ConsentRecord, Subscriber, Subscription
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join


def test_who_is_deleted_leaves_their_number_to_nobody_else(
    session: Session, publication: Publication
) -> None:
    last = join(session, publication, "last@readers.example")
    was = (last.key, last.subscriber_id)
    session.exec(delete(ConsentRecord))
    session.delete(last)
    session.flush()
    session.delete(session.get_one(Subscriber, was[1]))
    session.flush()
    comes = join(session, publication, "next@readers.example")
    assert comes.key > was[0]
    assert comes.subscriber_id > was[1]


def test_an_address_is_one_subscriber(session: Session, publication: Publication) -> None:
    join(session, publication)
    session.add(Subscriber(address=ADA, created_at=NOON))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_a_subscriber_has_one_subscription_to_a_publication(
    session: Session, publication: Publication
) -> None:
    known = join(session, publication)
    other = Subscription(
        subscriber_id=known.subscriber_id,
        publication_id=publication.key,
        status="active",
        joined_at=NOON,
    )
    session.add(other)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()
