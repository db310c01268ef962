"""Counting in windows of time, in rows that name nobody and are forgotten."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session, col, delete, select
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.intake.models import Tally

SWEPT = 500  # rows at a time


def count_up(
    session: Session, secret: str, until: Mapping[tuple[str, ...], datetime], by: int = 1
) -> Mapping[tuple[str, ...], int]:
    """Count one more of each thing, named by its parts, in its window; `until` is the end of it. Returns how many that makes."""
    keys = {_key(secret, what, end): what for what, end in until.items()}
    rows = sorted(
        (key, until[what]) for key, what in keys.items()
    )  # one order for all: no deadlock
    values = {
        f"{name}{place}": value
        for place, row in enumerate(rows)
        for name, value in zip(("key", "until"), row, strict=True)
    }
    found = session.connection().execute(_adding(len(rows)), values | {"by": by})
    return {keys[key]: total for key, total in found}


@cache
def _adding(rows: int) -> TextClause:
    """The statement for so many rows. Built once: SQLAlchemy compiles an INSERT of several rows anew each time, which cost a fifth."""
    values = ", ".join(f"(:key{place}, :by, :until{place})" for place in range(rows))
    conflict = (
        "on conflict (key) do update set count = tally.count + excluded.count returning key, count"
    )
    at = [bindparam(f"until{place}", type_=UTCDateTime()) for place in range(rows)]
    return text(f"insert into tally (key, count, until) values {values} {conflict}").bindparams(*at)  # noqa: S608  # its own numbers


def forget_past(session: Session, now: datetime) -> int:
    """Forget some of what is past its window; returns how many rows."""
    past = select(Tally.key).where(col(Tally.until) < now).limit(SWEPT)
    return int(session.exec(delete(Tally).where(col(Tally.key).in_(past))).rowcount)


def _key(secret: str, what: tuple[str, ...], end: datetime) -> str:
    told = "\0".join(("newsletter tally", *what, str(int(end.timestamp()))))
    return hmac.digest(secret.encode(), told.encode(), "sha256").hex()[:32]
