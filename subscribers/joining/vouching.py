"""Vouching: a program says that a person agreed elsewhere, in which words and where. It counts without a confirm letter.

It never brings back who left, and never reaches who must not be mailed: only the person's own button does.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.errors import Conflict, Refused
from subscribers.addresses import normalise
from subscribers.joining.signup import ConsentEvidence, find_or_add_subscriber, record_act
from subscribers.models import Subscription
from subscribers.status import SUBSCRIPTION
from subscribers.suppressing import is_kept_out


class NoConsent(Refused):
    """A consent given elsewhere needs the words that the person agreed to, and where: a web address, a form, a fair."""


class HasLeft(Conflict):
    """This person left. Add them without a consent: a confirm letter asks whether they want to come back."""


class MustNotBeMailed(Conflict):
    """This address must not be mailed: it bounced, complained or was erased. Nothing was changed."""


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
    """Put a person on the list by a consent given elsewhere, and keep its words and its source as evidence.

    True if that changed something: who is on the list already stays as they are. Raises BadAddress, NoConsent, HasLeft or
    MustNotBeMailed.
    """
    known = normalise(address)
    if not words.strip() or not source.strip():
        raise NoConsent
    if is_kept_out(session, known):
        raise MustNotBeMailed
    subscriber = find_or_add_subscriber(session, known, name, now)
    subscription = session.exec(
        select(Subscription).where(
            col(Subscription.subscriber_id) == subscriber.id,
            col(Subscription.publication_id) == publication_id,
        )
    ).one_or_none()
    if subscription is None:
        subscription = Subscription(
            subscriber_id=subscriber.key,
            publication_id=publication_id,
            status="unconfirmed",
            joined_at=now,
        )
        session.add(subscription)
        session.flush()
    elif subscription.status == "active":
        return False
    elif subscription.status == "unsubscribed":
        raise HasLeft
    subscription.status = SUBSCRIPTION.to(subscription.status, "active")
    subscription.confirmed_at = now
    record_act(
        session,
        subscription,
        "vouch",
        ConsentEvidence(words=f"{' '.join(words.split())} [{' '.join(source.split())}]"),
        now=now,
    )
    return True
