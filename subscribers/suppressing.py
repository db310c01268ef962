"""Suppression: addresses that must not be mailed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from subscribers import changes
from subscribers.models import Suppression


def suppress(session: Session, address: str, reason: str, now: datetime) -> None:
    """Note that an address must not be mailed; the first reason stays."""
    if not is_suppressed(session, address):
        session.add(Suppression(address=address, reason=reason, at=now))
        session.flush()
        changes.note_address(session, address, "suppressed", now)


def is_suppressed(session: Session, address: str) -> bool:
    """True if the address must not be mailed."""
    return session.exec(select(Suppression.id).where(col(Suppression.address) == address)).first() is not None


def reasons(session: Session) -> Mapping[str, str]:
    """Return why each address that must not be mailed must not: to ask it of a million addresses."""
    rows = session.exec(select(Suppression.address, Suppression.reason).where(col(Suppression.address).is_not(None))).all()
    return {address: reason for address, reason in rows if address}
