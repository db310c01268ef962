"""Tables: the webhooks, and the calls to them."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from newsletter.database import Row


class Webhook(Row, table=True):
    """A program elsewhere that wants to hear of changes; its moves are in webhooks/status.py."""

    publication_id: int = Field(foreign_key="publication.id", index=True)
    url: str = Field(max_length=2000)
    secret: str = Field(max_length=80)  # kept as it is: each call is signed with it
    # The kinds of change that it wants; an empty list: all.
    kinds: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    status: str = Field(max_length=8)
    trouble: str = Field(default="", max_length=500)  # why it is disabled
    rests_until: datetime | None = None  # it did not answer: nothing is sent to it until then
    accepted_at: datetime | None = None  # the latest call that it took
    made_by: str = Field(max_length=320)
    made_at: datetime


class Call(Row, table=True):
    """One change on its way to one webhook; its moves are in webhooks/status.py."""

    __table_args__ = (
        Index(None, "webhook_id", "status", "due_at"),
        Index(None, "status", "tried_at"),
    )
    webhook_id: int = Field(foreign_key="webhook.id")
    change_id: str = Field(max_length=32)  # the same for all webhooks, and for each attempt
    kind: str = Field(max_length=10)
    subscriber_id: int
    happened_at: datetime
    status: str = Field(max_length=8)
    attempts: int = 0
    due_at: datetime
    tried_at: datetime | None = None
    code: int | None = None  # of HTTP
    reply: str = Field(default="", max_length=300)
