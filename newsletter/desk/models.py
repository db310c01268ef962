"""Tables: who may do what, editors at the desk and programs through the API."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, UniqueConstraint

from newsletter.database import Row


class Editor(Row, table=True):
    """A person who may log in at the desk."""

    # The id of an editor who was removed is never given again, on SQLite too.
    __table_args__ = ({"sqlite_autoincrement": True},)

    address: str = Field(unique=True, max_length=320)
    name: str = Field(default="", max_length=120)
    password_hash: str = Field(max_length=300)
    created_at: datetime


class Membership(Row, table=True):
    """What an editor is for a publication. Who has no row there may do nothing there."""

    __table_args__ = (UniqueConstraint("editor_id", "publication_id"),)

    editor_id: int = Field(foreign_key="editor.id")
    publication_id: int = Field(foreign_key="publication.id", index=True)
    role: str = Field(max_length=20)  # of roles.py


class EntryLink(Row, table=True):
    """A link in a letter by which somebody comes in without a password of theirs: once, in a day.

    An invitation makes them an editor of one publication; a lost password is replaced by another.
    """

    # A number that was given once is never given again: a link of a removed row opens nothing.
    __table_args__ = ({"sqlite_autoincrement": True},)

    kind: str = Field(max_length=20)  # "invitation" or "password"
    publication_id: int = Field(foreign_key="publication.id", index=True)
    address: str = Field(max_length=320)
    role: str = Field(default="", max_length=20)
    made_by: str = Field(default="", max_length=320)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class EditorSession(Row, table=True):
    """A browser in which an editor is logged in. The row goes when the session ends.

    Its cookie is kept as a keyed digest only: a stolen database opens no desk.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)

    editor_id: int = Field(foreign_key="editor.id", index=True)
    digest: str = Field(unique=True, max_length=64)  # HMAC-SHA-256, in hexadecimal digits
    network: str = Field(max_length=50)  # shortened; "" if it is not known
    browser: str = Field(max_length=120)  # as it names itself, for the list of sessions
    begun_at: datetime
    expires_at: datetime
    idle_at: datetime  # or then, unless somebody uses it before
    proven_at: datetime | None = None  # when the password was typed last


class SecondFactor(Row, table=True):
    """An app that makes codes for an editor. Its key is not here: see factors.py."""

    editor_id: int = Field(foreign_key="editor.id", unique=True)
    seed: str = Field(max_length=32)  # in hexadecimal digits
    made_at: datetime
    counts_from: datetime | None = None  # when its first code was typed; None: it is being set up
    last_step: int = 0  # the half minute of the code that was used last


class RecoveryCode(Row, table=True):
    """A code that logs an editor in once, in place of the app. Only a digest of it is kept."""

    editor_id: int = Field(foreign_key="editor.id", index=True)
    digest: str = Field(max_length=64)  # SHA-256, in hexadecimal digits
    used_at: datetime | None = None


class LogEntry(Row, table=True):
    """One thing that somebody did: a row that they changed, or a look at addresses of readers.

    Rows are added and, after `Publication.log_days`, forgotten; a trigger refuses any change.
    """

    publication_id: int = Field(foreign_key="publication.id", index=True)
    at: datetime
    by: str = Field(max_length=320)  # an editor's address, or "the command line"
    network: str = Field(max_length=50)  # shortened, as sessions have it
    act: str = Field(max_length=20)  # of roles.py; "" at the terminal
    deed: str = Field(max_length=200)  # the page or the command
    thing: str = Field(default="", max_length=40)  # the table of the row, "" for none
    thing_id: int | None = None
    issue_id: int | None = Field(default=None, index=True)
    before: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class ApiToken(Row, table=True):
    """What a program shows to work on the subscribers of one publication.

    Only a digest of it is kept. It needs no salt: the secret is random and long.
    """

    publication_id: int = Field(foreign_key="publication.id", index=True)
    name: str = Field(max_length=80)
    digest: str = Field(unique=True, max_length=64)  # SHA-256, in hexadecimal digits
    hint: str = Field(max_length=12)  # its first characters: an editor recognises it by them
    may_vouch: bool = False  # it may add people by a consent given elsewhere, without a letter
    made_by: str = Field(max_length=320)
    made_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
