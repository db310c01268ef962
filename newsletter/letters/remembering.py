"""What a host remembers of small letters, for a database that was put back."""

from collections.abc import Mapping

from sqlmodel import Session, col, update

from newsletter.letters.models import SmallLetter
from newsletter.letters.status import WAITING

GROUP = 500  # letters in one statement


def settle_remembered(session: Session, fates: Mapping[int, str]) -> int:
    """Give waiting letters the fates that a host remembers, by their ids; returns how many."""
    settled = 0
    for status in ("accepted", "uncertain"):
        keys = [key for key, fate in fates.items() if fate == status]
        for start in range(0, len(keys), GROUP):
            settled += _settle(session, keys[start : start + GROUP], status)
    return settled


def _settle(session: Session, keys: list[int], status: str) -> int:
    waiting = col(SmallLetter.status).in_((*WAITING, "claimed"))
    theirs = update(SmallLetter).where(col(SmallLetter.id).in_(keys), waiting)
    return int(session.exec(theirs.values(status=status)).rowcount)
