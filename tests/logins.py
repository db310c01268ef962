"""Editors of tests, who wait for no hash: one takes a quarter of a second of processor."""

from datetime import datetime

from argon2 import PasswordHasher
from sqlmodel import Session, col, select

from newsletter.desk.models import Editor
from newsletter.desk.roles import Role
from newsletter.desk.sessions import Origin, begin_session
from newsletter.desk.team import add_member
from newsletter.publications.reading import all_publications
from newsletter.web.requests import COOKIE

# The password is kept with argon2's least parameters, which each check of it takes from there.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def add_cheap_editor(
    session: Session, address: str, name: str, now: datetime, password: str = "a long password"
) -> Editor:
    """Add the row that `newsletter editor add` adds."""
    kept = CHEAP.hash(password)
    editor = Editor(address=address, name=name, password_hash=kept, created_at=now)
    session.add(editor)
    session.flush()
    own_all(session, editor)
    return editor


def own_all(session: Session, editor: Editor) -> None:
    """Make an editor an owner of every publication there is."""
    for publication in all_publications(session):
        add_member(session, publication.key, editor.key, Role.OWNER)


def log_in_first(session: Session, secret: str, now: datetime) -> str:
    """Begin a session of the first editor; returns the Cookie header of their browser."""
    editor = session.exec(select(Editor).order_by(col(Editor.id)).limit(1)).one()
    cookie = begin_session(session, editor.key, secret, Origin("127.0.0.1"), now)
    return f"{COOKIE}={cookie}"
