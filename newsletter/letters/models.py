"""The table of small letters."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field

from newsletter.database import Row
from subscribers.models import mailbox_column


class SmallLetter(Row, table=True):
    """One small letter on its way; its moves are in letters/status.py.

    `kind` names its templates, save "proof", which has an edition; `fields` are the values in them.
    """

    publication_id: int = Field(foreign_key="publication.id", index=True)
    kind: str = Field(max_length=10)
    address: str = Field(max_length=320)
    mailbox: str = Field(default=None, sa_column=mailbox_column())  # to find them by
    fields: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    edition_id: int | None = Field(default=None, foreign_key="edition.id")  # a proof's
    status: str = Field(max_length=10, index=True)
    attempts: int = 0
    due_at: datetime
    claimed_by: str = Field(default="", max_length=80)
    reply: str = Field(default="", max_length=200)
    created_at: datetime
