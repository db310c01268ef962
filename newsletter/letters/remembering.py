"""What a host remembers of small letters, for a database that was put back."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from newsletter.letters.models import SmallLetter
from newsletter.letters.status import WAITING

GROUP = 500  # letters in one statement


def name_in_log(letter: SmallLetter) -> int:
    """Return the number by which the sent log knows a letter.

    Not its id: a database that was put back gives its next letters the ids of those that left.
    """
    octets = f"{letter.id} {letter.address} {letter.created_at.timestamp()}".encode()
    return int.from_bytes(hashlib.blake2b(octets, digest_size=8).digest(), "big")


def settle_remembered(session: Session, fates: Mapping[int, str]) -> int:
    """Give waiting letters the fates that a host remembers; returns how many."""
    if not fates:
        return 0
    waiting = session.exec(select(SmallLetter).where(_is_unsettled())).all()
    names = {letter.key: name_in_log(letter) for letter in waiting}
    settled = 0
    for status in ("accepted", "uncertain"):
        keys = [key for key, name in names.items() if fates.get(name) == status]
        for start in range(0, len(keys), GROUP):
            of_group = col(SmallLetter.id).in_(keys[start : start + GROUP])
            settled += _settle(session, of_group, status)
    return settled


def give_up_waiting(session: Session) -> int:
    """Make uncertain what waits: it may have left elsewhere. Returns how many."""
    return _settle(session, _is_unsettled(), "uncertain")


def _settle(session: Session, which: ColumnElement[bool], status: str) -> int:
    theirs = update(SmallLetter).where(which)
    return int(session.exec(theirs.values(status=status)).rowcount)


def _is_unsettled() -> ColumnElement[bool]:
    return col(SmallLetter.status).in_((*WAITING, "claimed"))
