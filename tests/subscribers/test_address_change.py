"""A new address counts once its owner confirms; the owner of the former one can take it back."""

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.address_change import (
    NoChange,
    Taken,
    ask_change,
    confirm_change,
    read_change,
    take_back,
)
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscriber, Subscription
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

NEW = "new@readers.example"


def addresses(session: Session) -> list[str]:
    return list(session.exec(select(Subscriber.address).order_by(col(Subscriber.id))).all())


def ask(session: Session, subscription: Subscription) -> int:
    return ask_change(session, subscription.subscriber_id, "new@Readers.example", NOON).key


def test_nothing_changes_before_the_new_owner_confirms(
    session: Session, publication: Publication
) -> None:
    key = ask(session, join(session, publication))
    assert addresses(session) == [ADA]
    assert confirm_change(session, key, network="203.0.113.9", now=NOON)
    assert not confirm_change(session, key, now=NOON), "twice is harmless"
    assert addresses(session) == [NEW]
    record = session.exec(select(ConsentRecord).where(col(ConsentRecord.act) == "address")).one()
    assert (record.words, record.network) == (
        "a new address, confirmed by its owner",
        "203.0.113.0/24",
    )


def test_the_former_owner_takes_it_back(session: Session, publication: Publication) -> None:
    key = ask(session, join(session, publication))
    with pytest.raises(NoChange):
        take_back(session, key, NOON)
    confirm_change(session, key, now=NOON)
    assert take_back(session, key, NOON)
    assert not take_back(session, key, NOON), "twice is harmless"
    assert addresses(session) == [ADA]


def test_an_address_that_somebody_else_has_now_is_not_taken_back(
    session: Session, publication: Publication
) -> None:
    key = ask(session, join(session, publication))
    confirm_change(session, key, now=NOON)
    join(session, publication, ADA)
    with pytest.raises(Taken):
        take_back(session, key, NOON)


def test_two_subscribers_become_one_who_has_the_subscriptions_of_both(
    session: Session, publication: Publication
) -> None:
    mine = join(session, publication)
    unsubscribing.end_subscription(session, mine.key, by="link", issue_id=3, now=NOON)
    other = join(session, publication, NEW)
    elsewhere = Subscription(
        subscriber_id=other.subscriber_id,
        publication_id=publication.key + 1,
        status="active",
        joined_at=NOON,
    )
    session.add(elsewhere)
    session.flush()
    assert confirm_change(session, ask(session, mine), now=NOON)
    assert addresses(session) == [NEW]
    kept = session.exec(select(Subscription).order_by(col(Subscription.id))).all()
    assert {subscription.subscriber_id for subscription in kept} == {mine.subscriber_id}
    assert [(found.publication_id, found.status) for found in kept] == [
        (publication.key, "active"),
        (publication.key + 1, "active"),
    ]
    assert (mine.left_at, mine.left_by, mine.left_issue_id) == (None, "", None)
    acts = session.exec(
        select(ConsentRecord.act).where(col(ConsentRecord.subscription_id) == mine.key)
    ).all()
    assert sorted(acts) == ["address", "ask", "ask", "confirm", "confirm", "confirm", "leave"]


def test_an_unknown_change_is_refused(session: Session) -> None:
    with pytest.raises(NoChange):
        read_change(session, 404)
