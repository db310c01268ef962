"""Tables: what is counted at the gate, and what waits for an editor."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from newsletter.database import Row
from subscribers.models import mailbox_column


class Tally(SQLModel, table=True):
    """How often something happened in one window of time.

    `key` is a keyed hash: no network and no address can be read from it.
    """

    key: str = Field(primary_key=True, max_length=32)
    count: int
    until: datetime = Field(index=True)  # then it is forgotten


class Quarantined(Row, table=True):
    """A sign-up or submission that looked suspicious; its moves are in intake/status.py."""

    __table_args__ = (Index(None, "publication_id", "status"),)
    publication_id: int = Field(foreign_key="publication.id")
    kind: str = Field(max_length=10)  # sign-up or submission
    address: str = Field(max_length=320)
    mailbox: str = Field(default=None, sa_column=mailbox_column())  # to find it by
    # All that was typed, so that letting it in loses nothing.
    fields: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    network: str = Field(default="", max_length=64)  # shortened
    status: str = Field(max_length=10)
    came_at: datetime
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=320)
