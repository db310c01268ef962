"""Counting in windows of time, in rows that name nobody and are forgotten."""

import hmac
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import SelectOfScalar
from sqlmodel.sql.sqltypes import UTCDateTime

from newsletter.intake.models import Tally

SWEPT = 500  # rows at a time
ENDLESS = datetime(
    1970,
    1,
    1,
    tzinfo=UTC,
)  # a wait has no window: it ends when it ends
Counted = tuple[str, ...]  # a thing that is counted, named by its parts
Windows = dict[Counted, datetime]  # when the window of each ends
Counts = Mapping[Counted, int]


def count_up(
    session: Session,
    secret: str,
    until: Windows,
    by: int = 1,
) -> Counts:
    """Count one more of each thing; `until` has the end of its window. Returns the new counts."""
    counted = _by_key(secret, until)
    values: dict[str, object] = {"by": by}
    # One order for all requests: two that count the same things must not lock each other out.
    for place, key in enumerate(sorted(counted)):
        values[f"key{place}"] = key
        values[f"until{place}"] = until[counted[key]]
    rows = session.connection().execute(_adding(len(counted)), values)
    return {counted[key]: count for key, count in rows}


def read_counts(
    session: Session,
    secret: str,
    until: Windows,
) -> Counts:
    """Return how often each thing was counted in its window, and count nothing."""
    counted = _by_key(secret, until)
    query = select(Tally.key, Tally.count).where(col(Tally.key).in_(counted))
    found = {counted[key]: count for key, count in session.exec(query)}
    return dict.fromkeys(until, 0) | found


def _by_key(secret: str, until: Windows) -> dict[str, Counted]:
    """Return the things, each by the key of its window."""
    return {_key(secret, thing, end): thing for thing, end in until.items()}


def begin_wait(
    session: Session,
    secret: str,
    thing: Counted,
    until: datetime,
) -> None:
    """Note that this thing waits until a time; a wait that it has already is replaced."""
    values = {"key": _wait_key(secret, thing), "until": until}
    session.connection().execute(_WAITING, values)


def end_wait(
    session: Session,
    secret: str,
    thing: Counted,
) -> None:
    """Let this thing wait no more."""
    session.exec(delete(Tally).filter_by(key=_wait_key(secret, thing)))


def find_wait(
    session: Session,
    secret: str,
    things: Collection[Counted],
    now: datetime,
) -> datetime | None:
    """Return until when the longest wait of these things goes on; None if none waits."""
    keys = [_wait_key(secret, thing) for thing in things]
    waiting = select(func.max(Tally.until)).where(col(Tally.key).in_(keys), col(Tally.until) > now)
    return session.exec(waiting).one()


def forget_past(
    session: Session,
    now: datetime,
) -> int:
    """Forget some of the counts that are past their window; returns how many."""
    return int(session.exec(delete(Tally).where(col(Tally.key).in_(_some_past(now)))).rowcount)


def _some_past(now: datetime) -> SelectOfScalar[str]:
    """Select some counts whose window is over."""
    return select(Tally.key).where(col(Tally.until) < now).limit(SWEPT)


# SQLAlchemy compiles an INSERT of several rows each time that it runs, which took a fifth of a
# sign-up. As text it is compiled once for each number of rows.
@cache
def _adding(rows: int) -> TextClause:
    """The statement that counts so many things and returns their counts."""
    statement = text(
        f"insert into tally (key, count, until) values {_values(rows)} "  # noqa: S608 - ours
        "on conflict (key) do update set count = tally.count + excluded.count "
        "returning key, count"
    )
    times = [bindparam(f"until{place}", type_=UTCDateTime()) for place in range(rows)]
    return statement.bindparams(*times)


_WAITING = text(
    "insert into tally (key, count, until) values (:key, 1, :until) "
    "on conflict (key) do update set until = excluded.until"
).bindparams(bindparam("until", type_=UTCDateTime()))


def _values(rows: int) -> str:
    """Return the places of so many rows: "(:key0, :by, :until0), (:key1, :by, :until1)"."""
    return ", ".join(f"(:key{place}, :by, :until{place})" for place in range(rows))


def _wait_key(secret: str, thing: Counted) -> str:
    return _key(secret, ("wait", *thing), ENDLESS)


def _key(
    secret: str,
    thing: Counted,
    end: datetime,
) -> str:
    """A keyed hash, 32 hex digits: the table tells no network and no address."""
    named = "\0".join(("newsletter tally", *thing, str(int(end.timestamp()))))
    return hmac.digest(
        secret.encode(),
        named.encode(),
        "sha256",
    ).hex()[:32]
