"""Suppression: addresses that must not be mailed.

Of who was forgotten only a keyed hash is kept: enough to know the address again when a file or a program brings it, and nothing
that can be read. The person's own sign-up is another matter: they may come back by double opt-in.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, delete, select

from newsletter.database import HASH_KEY
from subscribers import changes
from subscribers.models import Suppression

FORGOTTEN = "forgotten"
REASONS = select(Suppression.reason).where(
    (col(Suppression.address) == bindparam("address"))
    | (col(Suppression.hashed) == bindparam("hashed"))
)


def suppress(session: Session, address: str, reason: str, now: datetime) -> None:
    """Note that an address must not be mailed; the first reason stays. Of who was forgotten meanwhile nothing is noted."""
    if address and not is_suppressed(session, address):
        session.add(Suppression(address=address, reason=reason, at=now))
        session.flush()
        changes.note_address(session, address, "suppressed", now)


def is_suppressed(session: Session, address: str) -> bool:
    """True if the address must not be mailed, though the person asks for it: it bounced, complained, or an editor said so."""
    return any(reason != FORGOTTEN for reason in _reasons(session, address))


def is_kept_out(session: Session, address: str) -> bool:
    """True if nobody but the person may put this address on a list: it must not be mailed, or was forgotten."""
    return bool(_reasons(session, address))


def lift_forgetting(session: Session, address: str) -> None:
    """The person confirmed anew: they are not forgotten any more."""
    session.exec(
        delete(Suppression).where(
            col(Suppression.hashed) == hash_of(session, address),
            col(Suppression.reason) == FORGOTTEN,
        )
    )


def forget_address(session: Session, address: str, now: datetime) -> None:
    """Keep a keyed hash in the place of the address, with the reason that stood there."""
    hashed = hash_of(session, address)
    known = session.exec(select(Suppression).where(col(Suppression.hashed) == hashed)).one_or_none()
    named = session.exec(
        select(Suppression).where(col(Suppression.address) == address)
    ).one_or_none()
    if named is not None and known is not None:
        known.reason = named.reason
        session.delete(named)
    elif named is not None:
        named.address, named.hashed = None, hashed
    elif known is None:
        session.add(Suppression(hashed=hashed, reason=FORGOTTEN, at=now))
    session.flush()


def suppression_reasons(session: Session) -> Mapping[str, str]:
    """Return why each address that must not be mailed must not: to ask it of a million addresses."""
    rows = session.exec(
        select(Suppression.address, Suppression.reason).where(col(Suppression.address).is_not(None))
    ).all()
    return {address: reason for address, reason in rows if address}


class KeptOut:
    """The addresses that nobody but the person may put on a list: `address in kept_out`, asked of a million addresses."""

    def __init__(self, session: Session) -> None:
        self._addresses = frozenset(suppression_reasons(session))
        hashes = select(Suppression.hashed).where(col(Suppression.hashed).is_not(None))
        self._hashes, self._key = frozenset(session.exec(hashes).all()), _key(session)

    def __contains__(self, address: object) -> bool:
        return address in self._addresses or (
            bool(self._hashes) and _hash(self._key, str(address)) in self._hashes
        )


def hash_of(session: Session, address: str) -> str:
    """Return 64 hex digits that stand for an address, whatever the case of its letters: HMAC-SHA-256 by the database's key."""
    return _hash(_key(session), address)


def _reasons(session: Session, address: str) -> list[str]:
    session.flush()
    return list(
        session.connection().scalars(
            REASONS, {"address": address, "hashed": hash_of(session, address)}
        )
    )


def _key(session: Session) -> bytes:
    return str(session.info[HASH_KEY]).encode()


def _hash(key: bytes, address: str) -> str:
    return hmac.digest(key, b"newsletter address\0" + address.casefold().encode(), "sha256").hex()
