"""Expiring: who never confirmed is forgotten, who had left has left as before, and nobody else is touched."""

from datetime import timedelta

from sqlmodel import Session, select

from newsletter.publications.models import Publication
from subscribers.joining import signup
from subscribers.joining.expiring import UNCONFIRMED_FOR, expire_unconfirmed
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscriber, Subscription
from tests.samples.times import NOON


def test_a_sign_up_that_nobody_confirmed_is_forgotten_after_its_time(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    for name in ("ada", "bob", "cyd"):
        asked = signup.sign_up(session, key, f"{name}@readers.example", now=NOON)
        if name == "bob":
            signup.confirm(session, asked.subscription_id, now=NOON)
        if name == "cyd":
            signup.confirm(session, asked.subscription_id, now=NOON)
            unsubscribing.end_subscription(
                session, asked.subscription_id, by="link", issue_id=None, now=NOON
            )
            signup.sign_up(session, key, "cyd@readers.example", now=NOON)
    assert expire_unconfirmed(session, key, NOON + UNCONFIRMED_FOR) == 0
    assert expire_unconfirmed(session, key, NOON + UNCONFIRMED_FOR + timedelta(seconds=1)) == 2
    assert session.exec(select(Subscriber.address).order_by(Subscriber.id)).all() == [
        "bob@readers.example",
        "cyd@readers.example",
    ]  # type: ignore[arg-type]
    assert [one.status for one in session.exec(select(Subscription).order_by(Subscription.id))] == [
        "active",
        "unsubscribed",
    ]  # type: ignore[arg-type]
    assert len(set(session.exec(select(ConsentRecord.subscription_id)))) == 2
    assert expire_unconfirmed(session, key, NOON + 2 * UNCONFIRMED_FOR) == 0


def test_asking_again_gives_two_weeks_more_and_another_publication_keeps_the_address(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    signup.sign_up(session, key, "ada@readers.example", now=NOON)
    signup.sign_up(session, key, "ada@readers.example", now=NOON + timedelta(days=10))
    assert expire_unconfirmed(session, key, NOON + timedelta(days=15)) == 0
    other = signup.sign_up(session, key + 1, "ada@readers.example", now=NOON)
    signup.confirm(session, other.subscription_id, now=NOON)
    assert expire_unconfirmed(session, key, NOON + timedelta(days=25)) == 1
    assert session.exec(select(Subscriber.address)).all() == ["ada@readers.example"]
