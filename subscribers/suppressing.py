"""Suppression: addresses that must not be mailed."""

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
