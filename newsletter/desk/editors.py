"""Editors: adding one, and checking a login."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pwdlib import PasswordHash
from sqlmodel import Session, col, select

from newsletter.desk.models import Editor
from newsletter.errors import Conflict, Refused
from subscribers.addresses import normalise

SHORTEST = 10


class KnownEditor(Conflict):
    """There is an editor with that address already."""


class WeakPassword(Refused):
    """A password needs at least ten characters."""


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash that is checked for an unknown address, so that the answer takes the same time."""
    return _hasher().hash("nobody has this password")


def add_editor(session: Session, address: str, name: str, password: str, now: datetime) -> Editor:
    """Add an editor. Raises BadAddress, WeakPassword or KnownEditor."""
    known = normalise(address)
    if len(password) < SHORTEST:
        raise WeakPassword
    if session.exec(select(Editor).where(col(Editor.address) == known)).first() is not None:
        raise KnownEditor
    editor = Editor(
        address=known, name=name, password_hash=_hasher().hash(password), created_at=now
    )
    session.add(editor)
    session.flush()
    return editor


def check_login(session: Session, address: str, password: str) -> Editor | None:
    """Return the editor if the password is theirs."""
    editor = session.exec(
        select(Editor).where(col(Editor.address) == address.strip())
    ).one_or_none()
    fits = _hasher().verify(password, editor.password_hash if editor else _nobody())
    return editor if fits else None


def read_editor(session: Session, editor_id: int) -> Editor | None:
    """Return an editor, if there still is one of that id."""
    return session.get(Editor, editor_id)


def read_all(session: Session) -> Sequence[Editor]:
    """Return all editors."""
    return session.exec(select(Editor).order_by(col(Editor.id))).all()
