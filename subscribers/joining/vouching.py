"""Vouching: a program gives a consent that a person gave elsewhere. It needs no confirm letter.

It never brings back a person who left, and never reaches an address that must not be mailed: only
the person's own button does.
"""

from datetime import datetime

from sqlmodel import Session, select

from newsletter.errors import Conflict, Refused
from newsletter.text import one_line
from subscribers.addresses import normalise
from subscribers.conditions import of_publication, of_subscriber
from subscribers.joining.signup import (
    ConsentEvidence,
    find_or_add_subscriber,
    record_act,
)
from subscribers.models import Subscriber, Subscription
from subscribers.status import SUBSCRIPTION
from subscribers.suppressing import is_kept_out


class NoConsent(Refused):
    """A consent given elsewhere needs the words that the person agreed to, and where: a web
    address, a form, a fair."""


class HasLeft(Conflict):
    """This person left. Add them without a consent: a confirm letter asks whether they want to
    come back."""


class MustNotBeMailed(Conflict):
    """This address must not be mailed: it bounced, complained or was erased. Nothing was
    changed."""


def vouch(
    session: Session,
    publication_id: int,
    address: str,
    *,
    name: str,
    words: str,
    source: str,
    now: datetime,
) -> bool:
    """Put a person on the list by a consent given elsewhere, and keep it as evidence.

    `words` are those that the person agreed to, `source` says where. False if they are on the list
    already: then nothing changes. Raises BadAddress, NoConsent, HasLeft or MustNotBeMailed.
    """
    known = normalise(address)
    if not words.strip() or not source.strip():
        raise NoConsent
    # Stricter than for a sign-up: a program cannot bring a forgotten person back either.
    if is_kept_out(session, known):
        raise MustNotBeMailed
    subscriber = find_or_add_subscriber(session, known, name, now)
    subscription = _find_or_add(session, subscriber, publication_id, now)
    if subscription.status == "active":
        return False
    if subscription.status == "unsubscribed":
        raise HasLeft
    evidence = ConsentEvidence(f"{one_line(words)} [{one_line(source)}]")
    _confirm(session, subscription, evidence, now)
    return True


def _confirm(
    session: Session,
    subscription: Subscription,
    evidence: ConsentEvidence,
    now: datetime,
) -> None:
    subscription.status = SUBSCRIPTION.to(subscription.status, "active")
    subscription.confirmed_at = now
    record_act(session, subscription, "vouch", evidence, now=now)


def _find_or_add(
    session: Session,
    subscriber: Subscriber,
    publication_id: int,
    now: datetime,
) -> Subscription:
    same = (of_subscriber(subscriber.key), of_publication(publication_id))
    found = session.exec(select(Subscription).where(*same)).one_or_none()
    if found is not None:
        return found
    subscription = Subscription(
        subscriber_id=subscriber.key,
        publication_id=publication_id,
        status="unconfirmed",
        joined_at=now,
    )
    session.add(subscription)
    session.flush()
    return subscription
