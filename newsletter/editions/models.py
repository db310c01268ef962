"""The edition: an issue printed once and frozen."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field

from newsletter.database import Row


class Edition(Row, table=True):
    """What was printed of an issue. Rows are never changed; an equal checksum is the same edition.

    `html` and `text` carry markers for what differs by reader (personalising.py), spelled with
    `marker_code`; `links` lists the addresses in print order.
    """

    issue_id: int = Field(foreign_key="issue.id", index=True)
    # Raised when markers change their meaning: a sender refuses what it cannot fill.
    format: int = 1
    # "" in editions of format 1, which spelled their markers without a code (marked.py)
    marker_code: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    subject: str = Field(max_length=200)
    preheader: str = Field(max_length=300)
    html: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    links: list[str] = Field(sa_column=Column(JSON, nullable=False))
    checksum: str = Field(unique=True, max_length=64)  # SHA-256
    printed_at: datetime
