"""Whose word a change of address needs, and which mailbox gets data.

A letter's links are in each forwarded copy of it, so they show, move and erase nobody. A change
needs the owner of the new address and the present mailbox. Silence of the present one for two weeks
moves the letters, for people who lost it, and opens no data. Data go to no address that is theirs
for less than a month.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from sqlmodel import Session, col, select

from newsletter.errors import Refused
from newsletter.text import day_in_words
from subscribers.address_change import NoChange, read_change, require_open
from subscribers.forgetting import CHANGED_FOR, SILENT_FOR, was_silent
from subscribers.mailboxes import mailbox_of
from subscribers.models import AddressChange, Subscriber


class NewMailbox(Refused):
    """Your data go only to an address that has been yours here for a month."""


class SilentMove(NewMailbox):
    """Your address was changed without a yes from the one before, so this page does not open your
    data. Write to the editor, who can give you a copy and erase you."""


class RefusedLately(Refused):
    """The owner of the present address said no to a change, so no other one can be asked for by
    this link for two weeks. Write to the editor if you are the owner."""


def require_no_refusal(session: Session, subscriber_id: int, now: datetime) -> None:
    """Raise RefusedLately: who got hold of a letter must not ask until somebody says yes."""
    query = select(AddressChange.id).where(
        col(AddressChange.subscriber_id) == subscriber_id,
        col(AddressChange.refused_at) > now - SILENT_FOR,
    )
    if session.exec(query).first() is not None:
        raise RefusedLately


def confirm_new_address(session: Session, change_id: int, now: datetime) -> bool:
    """Note that the new address is its owner's: now the present mailbox is to be asked.

    True the first time. Raises NoChange or ChangeOver.
    """
    change = read_change(session, change_id)
    if change.changed_at is not None:
        return False
    subscriber = require_open(session, change)
    if change.confirmed_at is not None:
        return False
    change.confirmed_at = now
    if change.address == subscriber.address:
        # Who asks for the address that is there learns nothing by it, and nothing is to be done.
        change.ended_at = now
        return False
    return True


def require_confirmed(session: Session, change_id: int) -> AddressChange:
    """Return a change whose new address confirmed: only then may anybody agree. Raises NoChange."""
    change = read_change(session, change_id)
    if change.confirmed_at is None:
        raise NoChange
    return change


def refuse_change(session: Session, change_id: int, now: datetime) -> None:
    """End a change: the present mailbox says no. Twice is harmless. Raises NoChange."""
    change = read_change(session, change_id)
    if change.is_open:
        change.ended_at = now
        change.refused_at = now


def silent_changes(session: Session, now: datetime) -> Sequence[AddressChange]:
    """Return the changes to which the present mailbox said nothing for two weeks."""
    query = select(AddressChange).where(
        col(AddressChange.confirmed_at) < now - SILENT_FOR,
        col(AddressChange.changed_at).is_(None),
        col(AddressChange.ended_at).is_(None),
    )
    return session.exec(query.order_by(col(AddressChange.id))).all()


def require_known_mailbox(
    session: Session,
    subscriber: Subscriber,
    now: datetime,
    zone: tzinfo = UTC,
) -> None:
    """Raise SilentMove, or NewMailbox with the day if the address is not theirs for a month.

    So who moved a stranger's letters to their own mailbox gets no data while that stranger may
    take the change back.
    """
    carried_out = select(AddressChange).filter_by(subscriber_id=subscriber.key)
    if any(map(was_silent, session.exec(carried_out))):
        raise SilentMove
    query = select(AddressChange.address, AddressChange.changed_at).where(
        col(AddressChange.subscriber_id) == subscriber.key,
        col(AddressChange.changed_at) > now - CHANGED_FOR,
    )
    # By the mailbox: who signs up once more may spell their address in another way.
    to_here = [
        at for address, at in session.exec(query) if mailbox_of(address) == subscriber.mailbox
    ]
    latest = max(filter(None, to_here), default=None)
    if latest is not None:
        day = day_in_words(latest + CHANGED_FOR, zone)
        raise NewMailbox(
            f"{NewMailbox.__doc__} That is so from {day} on. "
            "If you need them sooner, write to the editor."
        )
