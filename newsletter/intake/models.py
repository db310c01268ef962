"""What is counted at the door, and what waits for an editor."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from newsletter.rows import Row


class Tally(SQLModel, table=True):
    """How often something happened in one window of time. `key` is a keyed hash: no network and no address can be read from it."""

    key: str = Field(primary_key=True, max_length=32)
    count: int
    until: datetime = Field(index=True)  # then it is forgotten


class Quarantined(Row, table=True):
    """A sign-up or submission that looked suspicious: waiting, let in, dropped. See intake/status.py."""

    __table_args__ = (Index(None, "publication_id", "status"),)
    publication_id: int = Field(foreign_key="publication.id")
    kind: str = Field(max_length=10)  # sign-up or submission
    address: str = Field(max_length=320)
    fields: dict[str, str] = Field(
        sa_column=Column(JSON, nullable=False)
    )  # what was sent, so that letting in loses nothing
    reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    network: str = Field(default="", max_length=64)  # shortened
    status: str = Field(max_length=10)
    came_at: datetime
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=320)
