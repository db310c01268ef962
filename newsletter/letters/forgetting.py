"""A person's small letters: copied for them, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select

from newsletter.letters.models import SmallLetter
from newsletter.text import rfc3339
from subscribers.mailboxes import mailbox_of

KEPT_FOR = timedelta(days=90)  # after that nobody asks whether a confirm letter went out
ENDED = ("accepted", "refused", "expired", "uncertain")


def letters_to(session: Session, address: str) -> Sequence[Mapping[str, object]]:
    """Return the small letters to an address in words for its owner, the oldest first."""
    query = select(SmallLetter).filter_by(mailbox=mailbox_of(address)).order_by(col(SmallLetter.id))
    return [_describe(letter) for letter in session.exec(query).all()]


def forget_letters(session: Session, addresses: Sequence[str]) -> None:
    """Delete the small letters to these addresses."""
    is_theirs = col(SmallLetter.mailbox).in_({mailbox_of(address) for address in addresses})
    is_unclaimed = col(SmallLetter.status) != "claimed"
    session.exec(delete(SmallLetter).where(is_theirs, is_unclaimed))
    # The sender holds the claimed ones and will settle their rows: these stay, without the person.
    for letter in session.exec(select(SmallLetter).where(is_theirs)).all():
        _take_person_out(letter)
    session.flush()


def forget_old_letters(session: Session, now: datetime) -> int:
    """Delete the small letters that ended three months ago, and the ended ones without an address.

    Returns how many.
    """
    is_old = col(SmallLetter.created_at) < now - KEPT_FOR
    # Claimed when their person was forgotten: see forget_letters.
    is_nobodys = col(SmallLetter.address) == ""
    return _delete_ended(session, is_old) + _delete_ended(session, is_nobodys)


def _describe(letter: SmallLetter) -> Mapping[str, object]:
    return {
        "kind": letter.kind,
        "status": letter.status,
        "at": rfc3339(letter.created_at),
    }


def _take_person_out(letter: SmallLetter) -> None:
    letter.address = ""
    letter.mailbox = ""
    letter.fields = dict.fromkeys(letter.fields, "")


def _delete_ended(session: Session, condition: ColumnElement[bool]) -> int:
    """Delete the letters that ended and fulfil a condition; returns how many."""
    deleting = delete(SmallLetter).where(col(SmallLetter.status).in_(ENDED), condition)
    return int(session.exec(deleting).rowcount)
