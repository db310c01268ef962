"""The log of the desk: who did what, when, from where, with what stood before and after.

One seam writes it. A request at the desk and a command at the terminal say who acts (`acting`), and
each transaction that is begun while somebody acts is watched: it stores an entry for each row of
NOTED that it changes, or for the deed alone if it changed none of these. So no page and no command
has a call of its own, and none can forget it. Who only looks at addresses is noted by `note_deed`.

The log holds no address of a reader and no secret: rows of people are named by their number.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Text, cast, event, insert, inspect
from sqlmodel import Session, SQLModel, col, delete, or_, select

from newsletter.desk.models import LogEntry

MOST_ROWS = 50  # entries of one deed; a proposal changes some twenty rows
VALUE_CHARS = 400
SECRETS = frozenset({"password_hash", "digest", "secret", "contact", "hint"})
# Tables whose rows are noted, each with whether their values are: those of people are not.
NOTED: Mapping[str, bool] = {
    "publication": True,
    "weight": True,
    "issue": True,
    "block": True,
    "choice": True,
    "approval": True,
    "delivery": False,
    "source": True,
    "toolsource": True,
    "tool": True,
    "slot": True,
    "submission": False,
    "audience": True,
    "editor": True,
    "membership": True,
    "secondfactor": False,
    "entrylink": True,
    "apitoken": True,
    "webhook": True,
    "subscriber": False,
    "subscription": False,
    "suppression": False,
    "quarantined": False,
    "leave": False,
    "import": False,
}
# Of a table, the columns that say which row changed: they are noted with each change of another.
NAMING: Mapping[str, str] = {"membership": "editor_id"}
# Of these, what the program computes by itself and nobody reads in a log.
COMPUTED = frozenset({"version", "reasons", "subjects", "preheaders"})


@dataclass(slots=True)
class Actor:
    """Who acts now, where and how; `left` counts the entries that this deed may still have."""

    by: str
    network: str
    act: str
    deed: str
    publication_id: int
    at: datetime
    left: int = field(default=MOST_ROWS)
    is_noted: bool = False


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that changed: its values before and after, empty where there was none."""

    row: SQLModel
    before: Mapping[str, str]
    after: Mapping[str, str]


acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


def watch(session: Session) -> None:
    """Note what this transaction changes, if somebody acts."""
    actor = acting.get()
    if actor is not None:
        watcher = _Watcher(actor)
        event.listen(session, "after_flush", watcher.hear)
        event.listen(session, "before_commit", watcher.close)


def note_deed(session: Session, actor: Actor) -> None:
    """Note what changes no row of NOTED: a look at addresses or an export of them, a login."""
    actor.is_noted = True
    _store(session, actor, [_entry(actor)])


def read_log(
    session: Session,
    publication_id: int,
    q: str = "",
    issue_id: int | None = None,
    before: int = 0,
) -> Iterator[LogEntry]:
    """Give entries, newest first: with `q` anywhere in them, of an issue, before an id."""
    query = select(LogEntry).filter_by(publication_id=publication_id)
    if issue_id is not None:
        query = query.filter_by(issue_id=issue_id)
    if before:
        query = query.where(col(LogEntry.id) < before)
    if q:
        places = (LogEntry.by, LogEntry.act, LogEntry.deed, LogEntry.thing, LogEntry.network)
        found = [col(place).icontains(q, autoescape=True) for place in places]
        # As JSON spells them: ASCII only, on both databases.
        spelled = json.dumps(q)[1:-1]
        for changed in (LogEntry.before, LogEntry.after):
            found.append(cast(col(changed), Text).icontains(spelled, autoescape=True))
        query = query.where(or_(*found))
    yield from session.exec(query.order_by(col(LogEntry.id).desc()))


def was_done(session: Session, publication_id: int, *deeds: str) -> bool:
    """True if the log of a publication has one of these deeds."""
    query = select(LogEntry.id).filter_by(publication_id=publication_id)
    return session.exec(query.where(col(LogEntry.deed).in_(deeds)).limit(1)).first() is not None


def forget_old(session: Session, publication_id: int, days: int, now: datetime) -> int:
    """Forget what is older than so many days: the only way an entry goes. Returns how many."""
    old = delete(LogEntry).where(col(LogEntry.publication_id) == publication_id)
    return int(session.exec(old.where(col(LogEntry.at) < now - timedelta(days=days))).rowcount)


class _Watcher:
    """Hears of each flush of one transaction."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def hear(self, session: Session, _: object) -> None:
        """Store an entry for each row that was flushed, the first few of a deed."""
        changes = list(islice(_changes(session), self._actor.left))
        if changes:
            self._actor.left -= len(changes)
            self._actor.is_noted = True
            _store(session, self._actor, [_entry(self._actor, change) for change in changes])

    def close(self, session: Session) -> None:
        """Store the deed alone if none of its rows was noted: a statement may have changed many."""
        session.flush()
        if not self._actor.is_noted:
            self._actor.is_noted = True
            _store(session, self._actor, [_entry(self._actor)])


def _changes(session: Session) -> Iterator[RowChange]:
    for row in session.new:
        if _is_noted(row):
            yield RowChange(row, {}, _values(row))
    for row in session.dirty:
        if _is_noted(row) and session.is_modified(row):
            change = _difference(row)
            if change.after or not _has_values(row):
                yield change
    for row in session.deleted:
        if _is_noted(row):
            yield RowChange(row, _values(row), {})


def _is_noted(row: SQLModel) -> bool:
    return str(row.__tablename__) in NOTED


def _has_values(row: SQLModel) -> bool:
    return NOTED[str(row.__tablename__)]


def _values(row: SQLModel) -> dict[str, str]:
    """Return the values that are told of a row, each as text."""
    if not _has_values(row):
        return {}
    state = inspect(row)
    return {
        name: _shown(name, state.dict[name])
        for name in _names(row)
        if state.dict.get(name) not in (None, "", [], {})
    }


def _difference(row: SQLModel) -> RowChange:
    if not _has_values(row):
        return RowChange(row, {}, {})
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    state = inspect(row)
    attributes = state.attrs
    naming = NAMING.get(str(row.__tablename__))
    if naming:
        before[naming] = after[naming] = _shown(naming, state.dict[naming])
    for name in _names(row):
        history = attributes[name].history
        if history.has_changes():
            before[name] = _shown(name, history.deleted[0] if history.deleted else None)
            after[name] = _shown(name, history.added[0] if history.added else None)
    return RowChange(row, before, after)


def _names(row: SQLModel) -> Sequence[str]:
    names = (column.key for column in inspect(row).mapper.column_attrs)
    return [name for name in names if name not in COMPUTED]


def _shown(name: str, value: object) -> str:
    """Return a value as the log has it; of a secret, only that it is there."""
    if name in SECRETS:
        return "hidden"
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text[:VALUE_CHARS]


def _entry(actor: Actor, change: RowChange | None = None) -> dict[str, Any]:
    """Return the values of an entry: of one row, or of the deed alone."""
    row = change.row if change else None
    thing = str(row.__tablename__) if row else ""
    return {
        "publication_id": actor.publication_id,
        "at": actor.at,
        "by": actor.by,
        "network": actor.network,
        "act": actor.act,
        "deed": actor.deed,
        "thing": thing,
        "thing_id": getattr(row, "id", None),
        "issue_id": getattr(row, "id" if thing == "issue" else "issue_id", None),
        "before": change.before if change else {},
        "after": change.after if change else {},
    }


def _store(session: Session, actor: Actor, entries: Sequence[Mapping[str, Any]]) -> None:
    # By the connection: within a flush nothing may be added to the session.
    session.connection().execute(insert(LogEntry), list(entries))
