"""Editors: adding them, and checking a login."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pwdlib import PasswordHash
from sqlmodel import Session, col, select

from newsletter.desk.models import Editor
from newsletter.errors import Conflict, Refused
from newsletter.statements import add_and_flush
from subscribers.addresses import normalise

SHORTEST_PASSWORD = 10  # characters


class KnownEditor(Conflict):
    """There is an editor with that address already."""


class WeakPassword(Refused):
    """A password needs at least ten characters."""


def add_editor(
    session: Session,
    address: str,
    name: str,
    password: str,
    now: datetime,
) -> Editor:
    """Add an editor. Raises BadAddress, WeakPassword or KnownEditor."""
    known = normalise(address)
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword
    if _find(session, known) is not None:
        raise KnownEditor
    editor = Editor(
        address=known,
        name=name,
        password_hash=_hasher().hash(password),
        created_at=now,
    )
    return add_and_flush(session, editor)


def check_login(
    session: Session,
    address: str,
    password: str,
) -> Editor | None:
    """Return the editor if the password is theirs."""
    editor = _find(session, address.strip())
    kept = editor.password_hash if editor else _hash_of_nobody()
    fits = _hasher().verify(password, kept)
    return editor if fits else None


def read_editor(session: Session, editor_id: int) -> Editor | None:
    """Return the editor of an id, None if there is none any more."""
    return session.get(Editor, editor_id)


def read_all(session: Session) -> Sequence[Editor]:
    """Return all editors, the oldest first."""
    return session.exec(select(Editor).order_by(col(Editor.id))).all()


def _find(session: Session, address: str) -> Editor | None:
    return session.exec(select(Editor).filter_by(address=address)).one_or_none()


# Argon2 takes its time on purpose, and a program that checks no password needs neither.
@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _hash_of_nobody() -> str:
    """Checked for an unknown address, so that the answer takes as long as for a known one."""
    return _hasher().hash("nobody has this password")
