"""Counting in windows of time, in rows that name nobody and are forgotten."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from newsletter.intake.models import Tally

SWEPT = 500  # rows at a time


def count(session: Session, secret: str, until: Mapping[tuple[str, ...], datetime]) -> Mapping[tuple[str, ...], int]:
    """Count one more of each thing, named by its parts, in its window; `until` is the end of it. Returns how many that makes."""
    keys = {_key(secret, what, end): what for what, end in until.items()}
    rows = [{"key": key, "count": 1, "until": until[what]} for key, what in sorted(keys.items())]  # one order for all: no deadlock
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    adding = dialect.insert(Tally).values(rows)
    adding = adding.on_conflict_do_update(index_elements=["key"], set_={"count": col(Tally.count) + 1})
    found = session.connection().execute(adding.returning(col(Tally.key), col(Tally.count)))
    return {keys[key]: total for key, total in found}


def forget(session: Session, now: datetime) -> int:
    """Forget some of what is past its window; returns how many rows."""
    past = select(Tally.key).where(col(Tally.until) < now).limit(SWEPT)
    return int(session.exec(delete(Tally).where(col(Tally.key).in_(past))).rowcount)


def _key(secret: str, what: tuple[str, ...], end: datetime) -> str:
    told = "\0".join(("newsletter tally", *what, str(int(end.timestamp()))))
    return hmac.digest(secret.encode(), told.encode(), "sha256").hex()[:32]
