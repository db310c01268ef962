"""Asking a table whether it takes rows."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel


def takes(session: Session, *rows: SQLModel) -> bool:
    """Add the rows, and return whether the table takes them; those it refuses are not there."""
    try:
        with session.begin_nested():
            session.add_all(rows)
            session.flush()
    except IntegrityError:
        return False
    return True
