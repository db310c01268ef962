"""A reader's change of address in every room: letters that are under way find the new one."""

from datetime import datetime

from sqlmodel import Session

from newsletter.delivery.forgetting import merge_messages
from subscribers.address_change import confirm_change, lock_owner, read_change


def move_person(session: Session, change_id: int, now: datetime) -> bool:
    """Make a change of address count. True if it changed: twice is harmless. Raises NoChange.

    If somebody reads at the new address already, both become one, and so do their messages.
    """
    change = read_change(session, change_id)
    owner = lock_owner(session, change)
    is_changed = confirm_change(session, change_id, now=now)
    if is_changed and owner is not None:
        merge_messages(session, owner, change.subscriber_id, now)
    return is_changed
