"""Beats: every process that works on a database writes to it each five seconds (guard.py)."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.host.models import Host


def last_beat(session: Session) -> datetime | None:
    """Return when a host last wrote to this database; None if none ever did."""
    return session.exec(select(func.max(Host.beat_at)).where(col(Host.counter) > 0)).one()
