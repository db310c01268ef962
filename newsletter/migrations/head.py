"""Whether a database is of this version: asked at each start, without loading Alembic."""

from pathlib import Path

from sqlalchemy import inspect, text
from sqlmodel import Session

VERSIONS = Path(__file__).with_name("versions")


def head() -> str:
    """Return the newest revision; a revision's file begins with its four digits."""
    return max(file.name for file in VERSIONS.glob("[0-9]*.py"))[:4]


def is_at_head(session: Session) -> bool:
    """True if the whole history was run on this database; False too for a new one."""
    return read_revision(session) == head()


def read_revision(session: Session) -> str:
    """Return the revision of a database; "" for a new one."""
    if not inspect(session.connection()).has_table("alembic_version"):
        return ""
    revisions = session.connection().scalars(text("select version_num from alembic_version"))
    return "".join(sorted(revisions))
