"""Tables: who may do what, editors at the desk and programs through the API."""

from datetime import datetime

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
