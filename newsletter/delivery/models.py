"""A delivery, its messages and its exclusions: one row for everyone considered."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Index,
    UniqueConstraint,
    Update,
    and_,
    update,
)
from sqlmodel import Field, col

from newsletter.database import Row
from newsletter.delivery.status import WAITING


class Delivery(Row, table=True):
    """An issue going to its frozen audience. Its statuses are in delivery/status.py."""

    issue_id: int = Field(foreign_key="issue.id", unique=True)  # an issue is sent once
    edition_id: int = Field(foreign_key="edition.id")
    publication_id: int = Field(foreign_key="publication.id", index=True)
    status: str = Field(max_length=10, index=True)
    considered: int
    plan_through: int = 0  # the last subscriber id of its audience
    planned_through: int = 0  # messages and exclusions are written up to this subscriber id
    planned_at: datetime
    # the publication's when it was planned: all its letters are alike
    tracking: str = Field(default="off", max_length=10)
    # likewise: sender, reply address and names, by the fields of a Letterhead
    letterhead: dict[str, str] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict, server_default="{}"),
    )
    looked_at: datetime | None = None  # when the first letters had gone, and nothing spoke against
    resumed_at: datetime | None = None  # by a person, the last time: its silence counts from then
    finished_at: datetime | None = None
    # counted when it finished, by the parts of a Ledger; None: count the rows
    account: dict[str, dict[str, int]] | None = Field(
        default=None,
        sa_column=Column(JSON(none_as_null=True)),
    )
    trouble: str = Field(default="", max_length=500)  # why it does not move, in words for an editor


class Message(Row, table=True):
    """One recipient of one issue, from planned to its final outcome.

    Without foreign keys: its rows come from the delivery's own by one INSERT … SELECT, deliveries
    are never deleted, and looking both keys up for each row was three fifths of planning on
    PostgreSQL.
    """

    __table_args__ = (
        UniqueConstraint("issue_id", "subscriber_id"),  # nobody is written to twice
        Index(None, "delivery_id", "status", "due_at"),  # what is due, and counts by status
    )
    delivery_id: int
    issue_id: int
    subscriber_id: int
    # copied when it is planned, and again with each claim: the reader's address at that moment
    address: str = Field(max_length=320)  # RFC 5321, 4.5.3.1: 64 octets, the @, and 255
    name: str = Field(default="", max_length=200)
    # why they get it: they confirmed here, came with a list, a program vouched for them, or they
    # chose another address since ("move")
    agreed_by: str = Field(
        default="confirm", max_length=8, sa_column_kwargs={"server_default": "confirm"}
    )
    confirmed_at: datetime | None = None  # of an imported reader: since when they are on the list
    import_id: int | None = None  # of an imported reader
    status: str = Field(max_length=10)
    attempts: int = 0
    due_at: datetime
    claimed_by: str = Field(default="", max_length=80)  # the name of the sender's journal
    claimed_at: datetime | None = None  # the latest claim
    code: int | None = None
    enhanced: str = Field(default="", max_length=12)
    reply: str = Field(default="", max_length=200)
    settled_at: datetime | None = None


def messages_in(delivery_id: int | BindParameter[int], *statuses: str) -> ColumnElement[bool]:
    """Return the condition of a delivery's messages that have one of these statuses."""
    status = col(Message.status)
    has_status = status == statuses[0] if len(statuses) == 1 else status.in_(statuses)
    return and_(col(Message.delivery_id) == delivery_id, has_status)


def cancelling(now: datetime) -> Update:
    """Return the UPDATE that cancels messages which wait; the caller says of whom or what."""
    waiting = update(Message).where(col(Message.status).in_(WAITING))
    return waiting.values(status="cancelled", settled_at=now)


class Vote(Row, table=True):
    """A reader's answer to whether an issue was useful; the last one counts."""

    __table_args__ = (UniqueConstraint("issue_id", "subscriber_id"),)
    issue_id: int = Field(foreign_key="issue.id")
    subscriber_id: int
    answer: str = Field(max_length=8)
    at: datetime


class Exclusion(Row, table=True):
    """Someone considered who gets no message, and why."""

    __table_args__ = (UniqueConstraint("delivery_id", "subscriber_id"),)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    subscriber_id: int
    reason: str = Field(max_length=20)
