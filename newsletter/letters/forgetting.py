"""A person's small letters: told to them, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from newsletter.letters.models import SmallLetter

KEPT_FOR = timedelta(days=90)  # after that nobody asks whether a confirm letter went out
ENDED = ("accepted", "refused", "expired", "uncertain")


def letters_to(session: Session, address: str) -> Sequence[Mapping[str, object]]:
    """Return the small letters to an address in words for its owner; times as RFC 3339."""
    rows = session.exec(
        select(SmallLetter).where(col(SmallLetter.address) == address).order_by(col(SmallLetter.id))
    ).all()
    return [
        {
            "kind": one.kind,
            "status": one.status,
            "at": one.created_at.isoformat().replace("+00:00", "Z"),
        }
        for one in rows
    ]


def forget_letters(session: Session, addresses: Sequence[str]) -> None:
    """Delete the small letters to these addresses; one in the sender's hands only loses what it says and to whom."""
    theirs = col(SmallLetter.address).in_(addresses)
    session.exec(delete(SmallLetter).where(theirs, col(SmallLetter.status) != "claimed"))
    for one in session.exec(select(SmallLetter).where(theirs)).all():
        one.address, one.fields = "", dict.fromkeys(one.fields, "")
    session.flush()


def forget_old_letters(session: Session, now: datetime) -> int:
    """Delete the small letters that ended three months ago, and those of who was forgotten; returns how many."""
    ended = delete(SmallLetter).where(
        col(SmallLetter.status).in_(ENDED), col(SmallLetter.created_at) < now - KEPT_FOR
    )
    nobody = delete(SmallLetter).where(
        col(SmallLetter.status).in_(ENDED), col(SmallLetter.address) == ""
    )
    return int(session.exec(ended).rowcount + session.exec(nobody).rowcount)
