"""Changes: what happened to subscriptions, noted until a listener takes it.

A change is noted in the transaction that makes it. This room does not know who listens:
`set_listening` says that somebody does. Without a listener nothing is noted, so an import of a
million rows pays only where it is wanted. Taking a change deletes it. A place in the ids, kept by
the listener, would not do: PostgreSQL may commit ids out of their order, and the place would pass
over the late ones.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, insert, select

from newsletter.statements import insert_new
from subscribers.models import Change, Listening, Subscriber, Subscription

KINDS = ("joined", "confirmed", "changed", "left", "returned", "suppressed", "erased")
# The kind of change that an act of a consent record makes; any other act is "changed".
OF_ACTS: Mapping[str, str] = {
    "ask": "joined",
    "import": "joined",
    "confirm": "confirmed",
    "vouch": "confirmed",
    "leave": "left",
    "undo": "returned",
    "erase": "erased",
}
# Built once: it is asked at every act, and SQLAlchemy takes longer to build it than to run it.
LISTENING = select(Listening.publication_id).filter_by(publication_id=bindparam("publication"))


def note(
    session: Session,
    subscriptions: Sequence[Subscription],
    kind: str,
    now: datetime,
) -> None:
    """Note that this happened to each of these subscriptions, where somebody listens."""
    publications = {subscription.publication_id for subscription in subscriptions}
    heard = {key for key in publications if is_heard(session, key)}
    rows = [
        {
            "publication_id": subscription.publication_id,
            "subscription_id": subscription.id,
            "subscriber_id": subscription.subscriber_id,
            "kind": kind,
            "at": now,
        }
        for subscription in subscriptions
        if subscription.publication_id in heard
    ]
    if rows:
        # One statement for all: an import notes thousands at a time.
        session.exec(insert(Change), params=rows)


def note_address(
    session: Session,
    address: str,
    kind: str,
    now: datetime,
) -> None:
    """Note that this happened to all subscriptions of an address that have not ended."""
    query = (
        select(Subscription)
        .join(
            Subscriber,
            col(Subscriber.id) == col(Subscription.subscriber_id),
        )
        .where(
            col(Subscriber.address) == address,
            col(Subscription.status) != "unsubscribed",
        )
    )
    note(session, session.exec(query).all(), kind, now)


def set_listening(session: Session, publication_id: int, *, wanted: bool) -> None:
    """From this transaction on, note what happens to a publication's subscriptions, or stop."""
    if wanted:
        insert_new(session, Listening, [{"publication_id": publication_id}])
    else:
        session.exec(delete(Listening).filter_by(publication_id=publication_id))


def is_heard(session: Session, publication_id: int) -> bool:
    """True if somebody listens to a publication."""
    found = session.connection().execute(LISTENING, {"publication": publication_id})
    return found.first() is not None


def take(session: Session, most: int) -> Sequence[Change]:
    """Return the oldest changes and delete them.

    The caller does its work about them in the same transaction, so none is lost.
    """
    taken = session.exec(select(Change).order_by(col(Change.id)).limit(most)).all()
    if taken:
        keys = [change.id for change in taken]
        session.exec(delete(Change).where(col(Change.id).in_(keys)))
    return taken
