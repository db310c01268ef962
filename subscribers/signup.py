"""Joining: double opt-in. Asking writes a row; only confirming makes it count."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from subscribers import changes
from subscribers.addresses import normalise, shorten_network
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.status import moved
from subscribers.suppressing import is_suppressed


class NoSubscription(NotFound):
    """This sign-up is not known any more. Sign up again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a sign-up; the public answer is the same for both."""

    subscription_id: int
    address: str
    must_confirm: bool


def ask(session: Session, publication_id: int, address: str, *, name: str = "", words: str = "", network: str = "", now: datetime) -> Asked:
    """Note a sign-up. Raises BadAddress. Who is active already, or suppressed, gets no confirm letter."""
    known = normalise(address)
    subscriber = find_or_add(session, known, name, now)
    subscription = session.exec(
        select(Subscription).where(col(Subscription.subscriber_id) == subscriber.id, col(Subscription.publication_id) == publication_id)
    ).one_or_none()
    if subscription is None:
        subscription = Subscription(subscriber_id=subscriber.id or 0, publication_id=publication_id, status="unconfirmed", joined_at=now)
        session.add(subscription)
        session.flush()
    if subscription.status == "active" or is_suppressed(session, known):
        return Asked(subscription.id or 0, known, must_confirm=False)
    if subscription.status == "unsubscribed":
        subscription.status = moved(subscription.status, "unconfirmed")
    record(session, subscription, "ask", now, words=words, network=network)
    return Asked(subscription.id or 0, known, must_confirm=True)


def confirm(session: Session, subscription_id: int, *, network: str = "", now: datetime) -> bool:
    """Make a sign-up count; confirming twice is harmless. True if it changed. Raises NoSubscription, or WrongMove
    for who left since: an old confirm link does not bring them back."""
    subscription = read(session, subscription_id)
    if subscription.status == "active":
        return False
    if subscription.status == "unsubscribed":
        raise NoSubscription("You left after this letter was written. Sign up again and a new one comes.")
    subscription.status = moved(subscription.status, "active")
    subscription.confirmed_at = now
    record(session, subscription, "confirm", now, network=network)
    return True


def read(session: Session, subscription_id: int) -> Subscription:
    """Return a subscription; raises NoSubscription."""
    subscription = session.get(Subscription, subscription_id)
    if subscription is None:
        raise NoSubscription
    return subscription


def address_of(session: Session, subscription_id: int) -> str:
    """Return the address that a subscription is for; raises NoSubscription."""
    return session.get_one(Subscriber, read(session, subscription_id).subscriber_id).address


def find_or_add(session: Session, address: str, name: str, now: datetime) -> Subscriber:
    """Return the subscriber of a normalised address, adding one if there is none."""
    subscriber = session.exec(select(Subscriber).where(col(Subscriber.address) == address)).one_or_none()
    if subscriber is None:
        subscriber = Subscriber(address=address, name=" ".join(name.split())[:200], created_at=now)
        session.add(subscriber)
        session.flush()
    return subscriber


def record(session: Session, subscription: Subscription, act: str, now: datetime, *, words: str = "", network: str = "") -> None:
    """Keep the evidence of an act, and let whoever listens hear of it: every change of a subscription comes through here."""
    shortened = shorten_network(network)
    session.add(ConsentRecord(subscription_id=subscription.id or 0, at=now, act=act, words=words[:500], network=shortened))
    session.flush()
    changes.note(session, [subscription], changes.OF_ACTS.get(act, "changed"), now)
