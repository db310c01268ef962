"""Sign-up by double opt-in: asking writes a row, and only confirming makes it count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlmodel import Session, col, select

from newsletter.errors import NotFound
from newsletter.statements import add_or_find, add_row, take_id
from newsletter.text import one_line
from subscribers import changes
from subscribers.addresses import normalise, shorten_network
from subscribers.conditions import has_mailbox, of_publication, of_subscriber
from subscribers.merging import remaining_subscription
from subscribers.models import NAME_CHARS, ConsentRecord, Subscriber, Subscription
from subscribers.status import SUBSCRIPTION
from subscribers.suppressing import is_suppressed, lift_forgetting

TAG = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
WORDS_CHARS = 500


class NoSubscription(NotFound):
    """This sign-up is not known any more. Sign up again."""


@dataclass(frozen=True, slots=True)
class ConsentEvidence:
    """What is kept of an act: the words agreed to, the tag of the link, the IP address."""

    words: str = ""
    source: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True)
class SignUp:
    """What became of a sign-up; the address is the one to write to.

    Neither flag is set, and the id is 0, for an address that must not be mailed. The public
    answer is the same for all of them.
    """

    subscription_id: int
    address: str
    must_confirm: bool = False
    is_active: bool = False


def sign_up(
    session: Session,
    publication_id: int,
    address: str,
    *,
    name: str = "",
    evidence: ConsentEvidence | None = None,
    now: datetime,
) -> SignUp:
    """Note a sign-up. Raises BadAddress.

    Nothing is noted of an active subscriber, nor of an address that must not be mailed. The first
    `source` stays on the subscription, each goes on its own consent record.
    """
    known = normalise(address)
    # A forgotten address may sign up again: only its hash is in the list of suppressions.
    if is_suppressed(session, known):
        return SignUp(0, known)
    wish = evidence or ConsentEvidence()
    return note_wish(session, publication_id, known, name=name, evidence=wish, now=now)


def note_wish(
    session: Session,
    publication_id: int,
    known: str,
    *,
    name: str,
    evidence: ConsentEvidence,
    now: datetime,
) -> SignUp:
    """Note a sign-up of a normalised address, also of one that must not be mailed."""
    subscriber = find_or_add_subscriber(session, known, now)
    _keep_spelling(session, subscriber, known)
    subscription = find_or_add_subscription(
        session,
        subscriber.key,
        publication_id,
        name=name,
        source=evidence.source,
        now=now,
    )
    if subscription.status == "active":
        return SignUp(subscription.key, subscriber.address, is_active=True)
    _record_wish(session, subscription, evidence, now)
    return SignUp(subscription.key, subscriber.address, must_confirm=True)


def source_tag(text: str) -> str:
    """Return the tag of a sign-up link: up to 40 of a-z, 0-9, ".", "_" and "-"; "" for another."""
    tag = text.strip().lower()
    return tag if TAG.fullmatch(tag) else ""


def confirm(
    session: Session,
    subscription_id: int,
    *,
    network: str = "",
    now: datetime,
) -> bool:
    """Make a sign-up count. True if it changed: confirming twice is harmless.

    Raises NoSubscription, also for a subscriber who left since: an old confirm link must not
    bring them back.
    """
    subscription = read_subscription(session, subscription_id)
    if subscription.status == "active":
        return False
    _refuse_ended(subscription)
    # A person who was forgotten came back by their own wish.
    lift_forgetting(session, address_of(session, subscription_id))
    activate(session, subscription, "confirm", ConsentEvidence(network=network), now)
    return True


def read_subscription(session: Session, subscription_id: int) -> Subscription:
    """Return a subscription, or the one that it became a part of; raises NoSubscription."""
    subscription = session.get(Subscription, remaining_subscription(session, subscription_id))
    if subscription is None:
        raise NoSubscription
    return subscription


def has_left(subscription: Subscription) -> bool:
    """True for who left and did not come back by themselves, whatever a form was told since."""
    return subscription.status != "active" and subscription.left_at is not None


def address_of(session: Session, subscription_id: int) -> str:
    """Return the address of a subscription; raises NoSubscription."""
    subscription = read_subscription(session, subscription_id)
    return session.get_one(Subscriber, subscription.subscriber_id).address


def find_or_add_subscriber(
    session: Session,
    address: str,
    now: datetime,
) -> Subscriber:
    """Return the subscriber of a normalised address, however they spell it; adds one if there is
    none."""
    # Two sign-ups at the same moment find the same row: the mailbox is unique.
    new = {"address": address, "created_at": now}
    return add_or_find(session, Subscriber, new, has_mailbox(address))


def find_or_add_subscription(
    session: Session,
    subscriber_id: int,
    publication_id: int,
    *,
    name: str,
    source: str = "",
    now: datetime,
) -> Subscription:
    """Return the subscription of a subscriber; adds an unconfirmed one if there is none."""
    same = and_(of_subscriber(subscriber_id), of_publication(publication_id))
    known = session.exec(select(Subscription).where(same)).one_or_none()
    if known is not None:
        return known
    new = {
        "subscriber_id": subscriber_id,
        "publication_id": publication_id,
        "own_id": _own_id(session, subscriber_id),
        "name": one_line(name)[:NAME_CHARS],
        "status": "unconfirmed",
        "source": source,
        "joined_at": now,
    }
    return add_or_find(session, Subscription, new, same)


def _own_id(session: Session, subscriber_id: int) -> int | None:
    """Return an id for a person whom another publication knows: an old one would tell of that."""
    others = select(Subscription.id).where(of_subscriber(subscriber_id)).limit(1)
    return take_id(session, Subscriber) if session.exec(others).first() else None


def activate(
    session: Session,
    subscription: Subscription,
    act: str,
    evidence: ConsentEvidence,
    now: datetime,
) -> None:
    """Make an unconfirmed subscription active by an act of consent."""
    subscription.status = SUBSCRIPTION.to(subscription.status, "active")
    subscription.confirmed_at = now
    subscription.agreed_by = act
    record_act(session, subscription, act, evidence, now=now)


def record_act(
    session: Session,
    subscription: Subscription,
    act: str,
    evidence: ConsentEvidence,
    *,
    now: datetime,
) -> None:
    """Keep the evidence of an act, and note the change for a listener.

    Every change of a subscription comes through here. The network is kept shortened.
    """
    add_row(session, ConsentRecord, _consent_row(subscription, act, evidence, now))
    changes.note(session, [subscription], changes.OF_ACTS.get(act, "changed"), now)


def _consent_row(
    subscription: Subscription,
    act: str,
    evidence: ConsentEvidence,
    now: datetime,
) -> Mapping[str, object]:
    return {
        "subscription_id": subscription.id,
        "at": now,
        "act": act,
        "words": evidence.words[:WORDS_CHARS],
        "source": evidence.source,
        "network": shorten_network(evidence.network),
    }


def _refuse_ended(subscription: Subscription) -> None:
    """Raises NoSubscription."""
    if subscription.status == "unsubscribed":
        raise NoSubscription(
            "You left after this letter was written. Sign up again and a new one comes."
        )


def _keep_spelling(session: Session, subscriber: Subscriber, address: str) -> None:
    """Let letters go to the spelling that was typed last, as long as nobody confirmed another.

    Afterwards they go to the confirmed one, whatever a form says: a server that does tell cases
    apart (RFC 5321, 2.4) must not hand one reader's letters to another.
    """
    if address != subscriber.address and not _has_confirmed(session, subscriber):
        subscriber.set_address(address)
        session.flush()


def _has_confirmed(session: Session, subscriber: Subscriber) -> bool:
    confirmed = select(Subscription.id).where(
        of_subscriber(subscriber.key), col(Subscription.confirmed_at).is_not(None)
    )
    return session.exec(confirmed.limit(1)).first() is not None


def _record_wish(
    session: Session,
    subscription: Subscription,
    evidence: ConsentEvidence,
    now: datetime,
) -> None:
    if subscription.status == "unsubscribed":
        subscription.status = SUBSCRIPTION.to(subscription.status, "unconfirmed")
    # It expires two weeks after the last sign-up, not after the first.
    subscription.joined_at = now
    subscription.source = subscription.source or evidence.source
    record_act(session, subscription, "ask", evidence, now=now)
