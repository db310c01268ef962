"""Who reads: subscribers, their subscriptions, what they agreed to, and who must not be written to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class Subscriber(SQLModel, table=True):
    """A person's record: one address, its domain lowercased and IDNA-encoded."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True, max_length=320)
    name: str = Field(default="", max_length=200)
    created_at: datetime


class Subscription(SQLModel, table=True):
    """A standing wish to get one publication: unconfirmed, active, unsubscribed. See subscribers/status.py."""

    __table_args__ = (
        UniqueConstraint("subscriber_id", "publication_id"),
        Index("ix_subscription_audience", "publication_id", "subscriber_id", "status", "confirmed_at"),  # an audience is read from it alone
    )
    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id")
    publication_id: int
    status: str = Field(max_length=12)
    joined_at: datetime
    confirmed_at: datetime | None = None
    left_at: datetime | None = None
    left_issue_id: int | None = None
    left_by: str = Field(default="", max_length=16)


class ConsentRecord(SQLModel, table=True):
    """When, how and to which words a person agreed or left; kept as evidence, never changed."""

    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    at: datetime
    act: str = Field(max_length=16)
    words: str = Field(default="", max_length=500)
    network: str = Field(default="", max_length=64)


class Suppression(SQLModel, table=True):
    """An address that we must not mail, and why."""

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True, max_length=320)
    reason: str = Field(max_length=16)
    at: datetime


class Change(SQLModel, table=True):
    """Something that happened to a subscription and nobody took yet. See subscribers/changes.py.

    Without foreign keys: an erasure is a change too, and leaves no row to point at.
    """

    id: int | None = Field(default=None, primary_key=True)
    publication_id: int
    subscription_id: int
    subscriber_id: int
    kind: str = Field(max_length=10)
    at: datetime


class Listening(SQLModel, table=True):
    """A publication whose changes somebody wants to hear of."""

    publication_id: int = Field(primary_key=True)
