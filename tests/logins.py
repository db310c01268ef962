"""An editor who is logged in, without the login: a hash takes longer than a page."""

from datetime import datetime

from sqlmodel import Session, col, select

from newsletter.desk.models import Editor
from newsletter.desk.sessions import Origin, begin_session
from newsletter.web.requests import COOKIE


def log_in_first(session: Session, secret: str, now: datetime) -> str:
    """Begin a session of the first editor; returns the Cookie header of their browser."""
    editor = session.exec(select(Editor).order_by(col(Editor.id)).limit(1)).one()
    cookie = begin_session(session, editor.key, secret, Origin("127.0.0.1"), now)
    return f"{COOKIE}={cookie}"
