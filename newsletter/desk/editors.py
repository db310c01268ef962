"""Editors: adding and finding them. What each may do, their teams know (team.py)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from newsletter.desk import factors, sessions
from newsletter.desk.models import Editor, Membership
from newsletter.desk.passwords import check_password, hash_password
from newsletter.errors import Conflict, NotFound
from newsletter.statements import add_and_flush
from subscribers.addresses import BadAddress, normalise


class KnownEditor(Conflict):
    """There is an editor with that address already."""

    hint = "`newsletter editor password` gives them another password."


class NoEditor(NotFound):
    """There is no editor with that address."""

    hint = "`newsletter editor list` shows those there are."


def add_editor(
    session: Session,
    address: str,
    name: str,
    password: str,
    now: datetime,
) -> Editor:
    """Add an editor. Raises BadAddress, WeakPassword, CommonPassword or KnownEditor."""
    known = normalise(address)
    return add_with_hash(session, known, name, hash_checked(password, known, name), now)


def add_with_hash(
    session: Session,
    address: str,
    name: str,
    password_hash: str,
    now: datetime,
) -> Editor:
    """Add an editor whose password was hashed before the transaction. Raises KnownEditor."""
    if find_typed(session, address) is not None:
        raise KnownEditor
    editor = Editor(address=address, name=name, password_hash=password_hash, created_at=now)
    return add_and_flush(session, editor)


def hash_checked(
    password: str,
    address: str,
    name: str,
) -> str:
    """Return the hash of a new password. Raises WeakPassword or CommonPassword."""
    check_password(password, _words_about(address, name))
    return hash_password(password)


def set_password(
    session: Session,
    address: str,
    password: str,
) -> int:
    """Give an editor another password, and end their sessions; returns how many ended.

    Raises NoEditor, WeakPassword or CommonPassword.
    """
    editor = find_editor(session, address)
    return keep_hash(session, editor, hash_checked(password, editor.address, editor.name))


def keep_hash(
    session: Session,
    editor: Editor,
    password_hash: str,
) -> int:
    """Give an editor a password that is hashed, and end their sessions; returns how many."""
    editor.password_hash = password_hash
    return sessions.end_sessions(session, editor.key)


def remove_editor(
    session: Session,
    address: str,
) -> None:
    """Remove an editor from every team, and end their sessions. Raises NoEditor."""
    editor = find_editor(session, address)
    sessions.end_sessions(session, editor.key)
    factors.end_factor(session, editor.key)
    session.exec(delete(Membership).where(col(Membership.editor_id) == editor.key))
    session.delete(editor)
    session.flush()


def find_editor(
    session: Session,
    address: str,
) -> Editor:
    """Return the editor of an address. Raises NoEditor."""
    editor = find_typed(session, address)
    if editor is None:
        raise NoEditor
    return editor


def find_typed(
    session: Session,
    address: str,
) -> Editor | None:
    """Return the editor of an address as a person types it: case and white space do not matter."""
    typed = fold(address)
    same = [editor for editor in read_all(session) if fold(editor.address) == typed]
    # Two who differed in case only could be added once: each is found by their own spelling.
    exact = [editor for editor in same if editor.address == address.strip()]
    return next(iter(exact or same), None)


def read_all(session: Session) -> Sequence[Editor]:
    """Return all editors, the oldest first."""
    return session.exec(select(Editor).order_by(col(Editor.id))).all()


def fold(address: str) -> str:
    """Return what is the same for all spellings of an address; any text has a fold."""
    bare = "".join(address.split())
    try:
        return normalise(bare).casefold()
    except BadAddress:
        return bare.casefold()


def _words_about(
    address: str,
    name: str,
) -> tuple[str, ...]:
    """Return the words by which a stranger would begin to guess."""
    return (address, *address.replace("@", ".").split("."), name, *name.split(), "newsletter")
