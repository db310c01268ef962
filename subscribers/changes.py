"""Changes: what happened to subscriptions, noted until a listener takes it.

A change is noted in the transaction that makes it. This room does not know who listens:
`set_listening` says that somebody does. Without a listener nothing is noted, so an import of a
million rows pays only where it is wanted. Taking a change deletes it. A place in the ids, kept by
the listener, would not do: PostgreSQL may commit ids out of their order, and the place would pass
over the late ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, insert, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.statements import insert_new
from subscribers.conditions import has_mailbox, is_same_person
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
    heard = _heard_publications(session, subscriptions)
    rows = [
        {
            "publication_id": subscription.publication_id,
            "subscription_id": subscription.id,
            "subscriber_id": subscription.reader_id,
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
    subscriptions = session.exec(_not_ended(address)).all()
    note(session, subscriptions, kind, now)


def set_listening(
    session: Session,
    publication_id: int,
    *,
    wanted: bool,
) -> None:
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
    taken = session.exec(_oldest(most)).all()
    if taken:
        _delete(session, taken)
    return taken


def _oldest(most: int) -> SelectOfScalar[Change]:
    return select(Change).order_by(col(Change.id)).limit(most)


def _delete(session: Session, changes: Iterable[Change]) -> None:
    session.exec(delete(Change).where(col(Change.id).in_([change.id for change in changes])))


def _heard_publications(session: Session, subscriptions: Iterable[Subscription]) -> set[int]:
    publications = {subscription.publication_id for subscription in subscriptions}
    return {key for key in publications if is_heard(session, key)}


def _not_ended(address: str) -> SelectOfScalar[Subscription]:
    return (
        select(Subscription)
        .join(Subscriber, is_same_person())
        .where(
            has_mailbox(address),
            col(Subscription.status) != "unsubscribed",
        )
    )
