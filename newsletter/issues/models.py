"""What we edit: the issue, its blocks in their order, and the approvals of what was printed of it."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Issue(SQLModel, table=True):
    """The editable plan for one number of a publication. Its moves are in issues/status.py.

    `period` names the deadline that it was proposed for, so that two schedulers propose one issue.
    """

    __table_args__ = (UniqueConstraint("publication_id", "period"), UniqueConstraint("publication_id", "number"))
    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    number: int
    period: str = Field(max_length=40)
    status: str = Field(max_length=10, index=True)
    subject: str = Field(default="", max_length=200)
    preheader: str = Field(default="", max_length=300)
    intro: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=500)  # why it is thin, held or skipped
    window_from: datetime
    window_to: datetime
    due_at: datetime
    proposed_at: datetime
    sent_at: datetime | None = None
    version: int = 1  # raised by each change of an editor


class Block(SQLModel, table=True):
    """One part of an issue, in order of kind and position; kinds: lead, stories, brief, tools, similar."""

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    kind: str = Field(max_length=10)
    position: int
    article_id: int | None = Field(default=None, foreign_key="article.id", index=True)
    tool_id: int | None = Field(default=None, foreign_key="tool.id", index=True)
    slot_id: int | None = Field(default=None, foreign_key="slot.id", index=True)
    label: str = Field(default="", max_length=40)  # the disclosure label of what was paid for
    title: str = Field(max_length=500)
    text: str = Field(default="", max_length=2000)
    url: str = Field(max_length=2000)
    source: str = Field(default="", max_length=400)
    price: str = Field(default="", max_length=40)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))
    image_url: str = Field(default="", max_length=2000)
    folded: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))  # article ids
    published_at: datetime | None = None
    score: float = 0.0
    reasons: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))


class Linked(SQLModel, table=True):
    """An article that an issue was sent with, or folded into what was sent: never proposed again."""

    __table_args__ = (UniqueConstraint("publication_id", "article_id"),)
    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id")


class Approval(SQLModel, table=True):
    """A recorded yes to one edition, by its checksum; withdrawn, never edited."""

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    checksum: str = Field(max_length=64)
    by: str = Field(max_length=320)
    at: datetime
    withdrawn_at: datetime | None = None
