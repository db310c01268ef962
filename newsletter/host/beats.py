"""Beats: every process that works on a database writes to it each five seconds (guard.py)."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from newsletter.host.models import Host

FRESH = timedelta(minutes=1)  # the age of a beat whose host is alive


def last_beat(session: Session) -> datetime | None:
    """Return when a host last wrote to this database; None if none ever did."""
    return session.exec(select(func.max(Host.beat_at)).where(col(Host.counter) > 0)).one()


def alive_since(session: Session, now: datetime) -> datetime | None:
    """Return since when a host works on this database; None if none is alive."""
    alive = select(func.min(Host.alive_since)).where(col(Host.beat_at) > now - FRESH)
    return session.exec(alive).one()
