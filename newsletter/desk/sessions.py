"""Sessions: the browsers in which editors are logged in.

The cookie is a random secret. Its row has a digest that is keyed with the newest secret of the
settings: so `newsletter secret rotate` ends all sessions, and a stolen database opens no desk.

A session ends by its time, and before that when nobody uses it for a while. Each use moves that
end, and is noted now and then only: not each page of the desk shall wait for a write.
"""

import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, and_, col, delete, select, update

from newsletter.database import Database
from newsletter.desk.models import Editor, EditorSession
from newsletter.errors import NotFound
from newsletter.text import one_line
from subscribers.addresses import shorten_network

STAY = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=5)
FRESH_FOR = timedelta(minutes=10)  # after a password; then what cannot be undone asks again
BROWSER_CHARS = 120


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login came from: the IP address, and how the browser names itself."""

    network: str
    browser: str = ""


class NoSession(NotFound):
    """There is no such session any more."""

    hint = "`newsletter editor sessions` lists those that go on."


def begin_session(
    session: Session,
    editor_id: int,
    secret: str,
    origin: Origin,
    now: datetime,
    idle: timedelta = STAY,
) -> str:
    """Begin a session and return its cookie, which is kept nowhere. `secret` keys its digest.

    It ends when nobody uses it for as long as `idle`.
    """
    # Here, so that no clock of its own is needed: a login is rare.
    session.exec(delete(EditorSession).where(~_goes_on(now)))
    cookie = secrets.token_urlsafe(32)
    session.add(
        EditorSession(
            editor_id=editor_id,
            digest=_digest(secret, cookie),
            network=shorten_network(origin.network),
            browser=one_line(origin.browser)[:BROWSER_CHARS],
            begun_at=now,
            expires_at=now + STAY,
            idle_at=now + idle,
            proven_at=now,
        )
    )
    session.flush()
    return cookie


def enter(
    database: Database,
    cookie: str,
    secret: str,
    now: datetime,
    idle: timedelta = STAY,
) -> tuple[EditorSession, Editor] | None:
    """Return the session of this cookie, and its editor; None if it ended or never was.

    Notes that it is used: it goes on for as long as `idle` from now.
    """
    found = database.read(find_session, cookie, secret, now)
    if found is None:
        return None
    entry, _ = found
    if now + idle - entry.idle_at >= NOTED_EVERY:
        # A full disk ends the session too early. It must not close the desk, which says so.
        with suppress(SQLAlchemyError):
            database.write(_note_use, entry.key, now + idle)
    return found


def find_session(
    session: Session,
    cookie: str,
    secret: str,
    now: datetime,
) -> tuple[EditorSession, Editor] | None:
    """Return the session of a cookie, and its editor; None if it ended or never was."""
    theirs = col(EditorSession.digest) == _digest(secret, cookie)
    query = select(EditorSession, Editor).join(Editor).where(theirs, _goes_on(now))
    return session.exec(query).one_or_none()


def is_fresh(entry: EditorSession, now: datetime) -> bool:
    """True if the password was typed in this browser a short while ago."""
    return entry.proven_at is not None and now - entry.proven_at <= FRESH_FOR


def note_proof(session: Session, session_id: int, now: datetime) -> None:
    """Note that the password was typed again. A session that ended meanwhile stays ended."""
    proven = update(EditorSession).where(col(EditorSession.id) == session_id)
    session.exec(proven.values(proven_at=now))


def _goes_on(now: datetime) -> ColumnElement[bool]:
    """True for a session that has neither reached its time nor been idle for too long."""
    return and_(col(EditorSession.expires_at) >= now, col(EditorSession.idle_at) >= now)


def _note_use(
    session: Session,
    key: int,
    idle_at: datetime,
) -> None:
    """Move the end of a session. One that a logout ended meanwhile stays ended."""
    used = update(EditorSession).where(col(EditorSession.id) == key)
    session.exec(used.values(idle_at=idle_at))


def end_session(
    session: Session,
    cookie: str,
    secret: str,
) -> None:
    """End the session of a cookie; twice is harmless."""
    theirs = col(EditorSession.digest) == _digest(secret, cookie)
    session.exec(delete(EditorSession).where(theirs))


def end_sessions(
    session: Session,
    editor_id: int | None = None,
    but: int | None = None,
) -> int:
    """End all sessions of an editor, or of everybody, `but` this one; returns how many."""
    ended = delete(EditorSession)
    if but is not None:
        ended = ended.where(col(EditorSession.id) != but)
    if editor_id is not None:
        ended = ended.where(col(EditorSession.editor_id) == editor_id)
    return int(session.exec(ended).rowcount)


def end_numbered(
    session: Session,
    session_id: int,
    editor_id: int | None = None,
) -> None:
    """End one session, of this editor if one is named. Raises NoSession."""
    ended = delete(EditorSession).where(col(EditorSession.id) == session_id)
    if editor_id is not None:
        ended = ended.where(col(EditorSession.editor_id) == editor_id)
    if not session.exec(ended).rowcount:
        raise NoSession


def read_sessions(
    session: Session,
    now: datetime,
    editor_id: int | None = None,
) -> Sequence[tuple[EditorSession, Editor]]:
    """Return the sessions that go on, of an editor or of everybody, the oldest first."""
    query = select(EditorSession, Editor).join(Editor).where(_goes_on(now))
    if editor_id is not None:
        query = query.where(col(EditorSession.editor_id) == editor_id)
    return session.exec(query.order_by(col(EditorSession.id))).all()


def is_known_network(
    session: Session,
    editor_id: int,
    network: str,
    now: datetime,
) -> bool:
    """True if the editor is logged in from this network now."""
    short = shorten_network(network)
    theirs = read_sessions(
        session,
        now,
        editor_id,
    )
    return bool(short) and any(each.network == short for each, _ in theirs)


def _digest(
    secret: str,
    cookie: str,
) -> str:
    named = f"newsletter session\0{cookie}"
    return hmac.digest(
        secret.encode(),
        named.encode(),
        "sha256",
    ).hex()
