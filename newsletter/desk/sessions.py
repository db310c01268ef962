"""Sessions: the browsers in which editors are logged in.

The cookie is a random secret. Its row has a digest that is keyed with the newest secret of the
settings: so `newsletter secret rotate` ends all sessions, and a stolen database opens no desk.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from newsletter.desk.models import Editor, EditorSession
from newsletter.text import one_line
from subscribers.addresses import shorten_network

STAY = timedelta(days=30)
BROWSER_CHARS = 120


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a login came from: the IP address, and how the browser names itself."""

    network: str
    browser: str = ""


def begin_session(
    session: Session,
    editor_id: int,
    secret: str,
    origin: Origin,
    now: datetime,
) -> str:
    """Begin a session and return its cookie, which is kept nowhere. `secret` keys its digest."""
    # Here, so that no clock of its own is needed: a login is rare.
    session.exec(delete(EditorSession).where(col(EditorSession.expires_at) < now))
    cookie = secrets.token_urlsafe(32)
    session.add(
        EditorSession(
            editor_id=editor_id,
            digest=_digest(secret, cookie),
            network=shorten_network(origin.network),
            browser=one_line(origin.browser)[:BROWSER_CHARS],
            begun_at=now,
            expires_at=now + STAY,
        )
    )
    session.flush()
    return cookie


def editor_of(
    session: Session,
    cookie: str,
    secret: str,
    now: datetime,
) -> Editor | None:
    """Return the editor whose session has this cookie; None if it ended or never was."""
    theirs = col(EditorSession.digest) == _digest(secret, cookie)
    goes_on = col(EditorSession.expires_at) >= now
    query = select(Editor).join(EditorSession).where(theirs, goes_on)
    return session.exec(query).one_or_none()


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
) -> int:
    """End all sessions of an editor, or of everybody; returns how many."""
    ended = delete(EditorSession)
    if editor_id is not None:
        ended = ended.where(col(EditorSession.editor_id) == editor_id)
    return int(session.exec(ended).rowcount)


def read_sessions(
    session: Session,
    now: datetime,
    editor_id: int | None = None,
) -> Sequence[tuple[EditorSession, Editor]]:
    """Return the sessions that go on, of an editor or of everybody, the oldest first."""
    query = select(EditorSession, Editor).join(Editor).where(col(EditorSession.expires_at) >= now)
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
