"""Changes: each thing that happened to a subscription, noted in the transaction that did it, until whoever listens took it.

Who listens is none of this room's business: `listen` is told that somebody does. Where nobody listens nothing is noted, so that
an import of a million rows pays for it only where it is wanted. What was taken is gone, so the notes need no reader's place:
ids of PostgreSQL may be committed out of their order, and a place in them would pass over the late ones.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, insert, select

from newsletter.statements import insert_new
from subscribers.models import Change, Listening, Subscriber, Subscription

KINDS = ("joined", "confirmed", "changed", "left", "returned", "suppressed", "erased")
OF_ACTS: Mapping[str, str] = {  # of a consent record; every other act changed something
    "ask": "joined",
    "import": "joined",
    "confirm": "confirmed",
    "vouch": "confirmed",
    "leave": "left",
    "undo": "returned",
    "erase": "erased",
}
LISTENING = select(Listening.publication_id).where(
    col(Listening.publication_id) == bindparam("publication")
)  # asked at every act


def note(session: Session, subscriptions: Sequence[Subscription], kind: str, now: datetime) -> None:
    """Note that this happened to each of these subscriptions, if anybody listens to their publication."""
    heard = {key: is_heard(session, key) for key in {one.publication_id for one in subscriptions}}
    rows = [
        {
            "publication_id": one.publication_id,
            "subscription_id": one.id,
            "subscriber_id": one.subscriber_id,
            "kind": kind,
            "at": now,
        }
        for one in subscriptions
        if heard[one.publication_id]
    ]
    if rows:
        session.exec(insert(Change), params=rows)


def note_address(session: Session, address: str, kind: str, now: datetime) -> None:
    """Note that this happened to all subscriptions of an address, those ended apart."""
    query = select(Subscription).join(
        Subscriber, col(Subscriber.id) == col(Subscription.subscriber_id)
    )
    standing = session.exec(
        query.where(col(Subscriber.address) == address, col(Subscription.status) != "unsubscribed")
    ).all()
    note(session, standing, kind, now)


def set_listening(session: Session, publication_id: int, *, wanted: bool) -> None:
    """From this transaction on, note what happens to a publication's subscriptions, or do not any more."""
    if wanted:
        insert_new(session, Listening, [{"publication_id": publication_id}])
    else:
        session.exec(delete(Listening).where(col(Listening.publication_id) == publication_id))


def is_heard(session: Session, publication_id: int) -> bool:
    """True if somebody listens to a publication."""
    return (
        session.connection().execute(LISTENING, {"publication": publication_id}).first() is not None
    )


def take(session: Session, most: int) -> Sequence[Change]:
    """Return the oldest changes and forget them: who takes them does something about them in the same transaction."""
    taken = session.exec(select(Change).order_by(col(Change.id)).limit(most)).all()
    if taken:
        session.exec(delete(Change).where(col(Change.id).in_([one.id for one in taken])))
    return taken
