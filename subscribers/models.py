"""Tables: subscribers, subscriptions, what people agreed to, and who must not be written to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, String, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlmodel import Field, SQLModel

from newsletter.database import Row
from subscribers.mailboxes import MAILBOX_CHARS, mailbox_of

NAME_CHARS = 200  # of a subscriber
IS_ASKED = text("reconfirm_by IS NOT NULL")  # few ever are: the index holds only them
HAS_OWN_ID = text("own_id IS NOT NULL")  # few have one, even where two publications share readers


def mailbox_column(*, unique: bool = False) -> Column[str]:
    """Return a column with the mailbox of the row's address, filled in by each INSERT.

    A field of it has the default None, for which SQLAlchemy puts that of the column. A COPY, and a
    change of the address, have to say it themselves.
    """
    return Column(
        String(MAILBOX_CHARS),
        nullable=False,
        unique=unique or None,
        index=not unique,
        default=_mailbox_of_row,
    )


def _mailbox_of_row(context: DefaultExecutionContext) -> str:
    row: Mapping[str, str] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return mailbox_of(row["address"])


class Subscriber(Row, table=True):
    """A person's record: one mailbox, and the address in the spelling that they gave.

    The id of a forgotten person is given to nobody else (on SQLite by AUTOINCREMENT): old letters
    have it in their links.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    address: str = Field(max_length=320)  # written to; its domain is lowercased, IDNA-encoded
    mailbox: str = Field(default=None, sa_column=mailbox_column(unique=True))  # who it is
    time_zone: str = Field(default="", max_length=64)  # by its IANA name; "": not known
    created_at: datetime
    moved_at: datetime | None = None  # to the address of now, or back to it

    def set_address(self, address: str) -> None:
        """Write to this normalised address from now on."""
        self.address = address
        self.mailbox = mailbox_of(address)


class Subscription(Row, table=True):
    """A standing wish to get one publication; its moves are in subscribers/status.py.

    There is no foreign key, which would look up every subscriber of an import: who adds a
    subscription locks its subscriber's row instead (docs/adr/0026).
    """

    __table_args__ = (
        UniqueConstraint("subscriber_id", "publication_id"),
        # An audience is read from this index alone, in the order of subscriber ids.
        Index(
            "ix_subscription_audience",
            "publication_id",
            "subscriber_id",
            "status",
            "confirmed_at",
            "frequency",
            "snoozed_until",
        ),
        # The list at the desk: of a status, the latest first.
        Index("ix_subscription_list", "publication_id", "status", "id"),
        Index(
            "ix_subscription_reconfirm_by",
            "reconfirm_by",
            sqlite_where=IS_ASKED,
            postgresql_where=IS_ASKED,
        ),
        Index(
            "ix_subscription_own_id",
            "own_id",
            unique=True,
            sqlite_where=HAS_OWN_ID,
            postgresql_where=HAS_OWN_ID,
        ),
        {"sqlite_autoincrement": True},
    )
    subscriber_id: int
    publication_id: int
    # By which programs know the reader, if another publication knew them first (docs/adr/0043).
    own_id: int | None = None
    # What this publication calls them, and knows of them for filters (audiences/filters.py).
    name: str = Field(default="", max_length=NAME_CHARS, sa_column_kwargs={"server_default": ""})
    attributes: dict[str, str] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict, server_default="{}"),
    )
    status: str = Field(max_length=12)
    joined_at: datetime  # of the last sign-up
    confirmed_at: datetime | None = None
    # How the consent that counts was given: "confirm" by the person here, "vouch" by a program. ""
    # with a list: `import_id` says which.
    agreed_by: str = Field(default="", max_length=8, sa_column_kwargs={"server_default": ""})
    # Or "monthly": the best-of only.
    frequency: str = Field(
        default="every",
        max_length=8,
    )
    snoozed_until: datetime | None = None
    topics: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    # How they left, as in their last Leave: "" and None while they are here.
    left_at: datetime | None = None
    left_issue_id: int | None = None
    left_by: str = Field(default="", max_length=16)
    # Asked whether they want to stay: who has not answered by then leaves.
    reconfirm_by: datetime | None = None
    import_id: int | None = None  # by which it came in: the evidence of the consent
    # The tag of the link by which they joined.
    source: str = Field(
        default="",
        max_length=40,
    )
    seen_at: datetime | None = None  # the last open or click: subscribers/audiences/activity.py

    @property
    def reader_id(self) -> int:
        """The id by which programs know the reader; it tells nothing of other publications."""
        return self.own_id or self.subscriber_id


class ConsentRecord(Row, table=True):
    """When, how and to which words a person agreed or left; kept as evidence, never changed."""

    subscription_id: int = Field(foreign_key="subscription.id", index=True)
    at: datetime
    # ask, confirm, vouch, import, choose, address, reconfirm, leave, undo or expire
    act: str = Field(max_length=16)
    words: str = Field(default="", max_length=500)
    source: str = Field(default="", max_length=40)
    network: str = Field(default="", max_length=64)


class Suppression(Row, table=True):
    """A mailbox that we must not mail, and why.

    A forgotten person has a keyed hash in place of the mailbox: see subscribers/suppressing.py.
    """

    mailbox: str | None = Field(default=None, unique=True, max_length=MAILBOX_CHARS)
    hashed: str | None = Field(default=None, unique=True, max_length=64)
    reason: str = Field(max_length=16)
    at: datetime


class Audience(Row, table=True):
    """A saved audience: a name for a filter (subscribers/audiences/filters.py)."""

    __table_args__ = (UniqueConstraint("publication_id", "name"),)
    publication_id: int
    name: str = Field(max_length=60)
    # As filters.filter_to_row makes it: text that an editor may type again.
    filter: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    made_by: str = Field(max_length=320)
    made_at: datetime


class Change(Row, table=True):
    """Something that happened to a subscription and no listener took yet: subscribers/changes.py.

    It has no foreign keys: an erasure is a change too, and leaves no row to point at.
    """

    publication_id: int
    subscription_id: int
    subscriber_id: int  # as programs know the reader: Subscription.reader_id
    kind: str = Field(max_length=10)  # one of changes.KINDS
    at: datetime


class Listening(SQLModel, table=True):
    """A publication whose changes somebody wants to hear of."""

    publication_id: int = Field(primary_key=True)


class Leave(Row, table=True):
    """One leave: by which way, after which issue, how long after its letter was accepted.

    Its moves are in subscribers/status.py. The count outlives the person: forgetting takes the
    subscription's id, the words and the network. The id is in the link that takes the leave back,
    so it is given to no other one.
    """

    __table_args__ = (
        Index(None, "publication_id", "issue_id"),
        {"sqlite_autoincrement": True},
    )
    publication_id: int
    subscription_id: int | None = Field(default=None, index=True)
    issue_id: int | None = None
    # one-click, link, preferences, editor, complaint, forgotten, import or silence
    by: str = Field(max_length=16)
    at: datetime = Field(index=True)
    after_s: int | None = None  # since the relay accepted the letter
    network: str = Field(default="", max_length=64)  # shortened
    status: str = Field(max_length=10)
    # A key of leaving/unsubscribing.py REASONS.
    why: str = Field(
        default="",
        max_length=16,
    )
    words: str = Field(default="", max_length=500)


class AddressChange(Row, table=True):
    """A subscriber's wish to be written to at another address.

        asked ── new mailbox ──▶ confirmed ── present one, or its silence ──▶ changed ──▶ taken back
          ╰─ 7 days: forgotten      ╰─ a no, or another move: ended             ╰─ 30 days: final

    The id is in the links of its letters, so it is given to no other change (AUTOINCREMENT).
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    subscriber_id: int = Field(index=True)
    address: str = Field(max_length=320)
    former: str = Field(default="", max_length=320)  # the present one, until the change
    asked_at: datetime
    confirmed_at: datetime | None = None  # by the owner of the new address
    changed_at: datetime | None = None
    # Refused, replaced by another wish, taken back; or final, since two readers became one.
    ended_at: datetime | None = None
    refused_at: datetime | None = None  # the present mailbox said no
    # Of an erased reader, in place of the addresses: a keyed hash of the former one, and the
    # publications that came to it. By these its owner still takes the change back.
    former_hash: str = Field(default="", max_length=64)
    publications: list[int] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list, server_default="[]"),
    )

    @property
    def is_open(self) -> bool:
        """True while it may still come to count."""
        return self.changed_at is None and self.ended_at is None


class Merger(Row, table=True):
    """Two subscribers became one: the id in the letters of the one that is gone, and who remains.

    The letters of both lead to the same reader, for ever.
    """

    gone_id: int = Field(unique=True)
    subscriber_id: int = Field(index=True)


class SubscriptionMerger(Row, table=True):
    """Two subscriptions to one publication became one, when their subscribers did.

    Links that name the one that is gone act on the one that remains.
    """

    __tablename__ = "subscription_merger"
    gone_id: int = Field(unique=True)
    subscription_id: int = Field(index=True)


class JoinedDouble(Row, table=True):
    """One row of the report on doubles that became one (ADR 44); it holds no address.

    Of a subscriber who is gone there is a row for each of their subscriptions, or one of
    publication 0. A suppression that is gone has no ids, and reasons in place of statuses.
    """

    __tablename__ = "joined_double"
    subscriber_id: int = Field(default=0, index=True)  # who remains
    gone_id: int = 0
    publication_id: int = 0
    gone_status: str = Field(default="", max_length=16)
    kept_status: str = Field(default="", max_length=16)  # of the one who remains; "" for none
    won: str = Field(default="", max_length=16)  # the stricter of both
    at: datetime


class Import(Row, table=True):
    """One import: its file and columns, who did it, the consent behind it, what became of its rows.

    It is running, then finished; then read = added + left + suppressed + known + kept_out +
    rejected.
    """

    publication_id: int = Field(index=True)
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    preset: str = Field(default="", max_length=20)
    columns: list[str] = Field(sa_column=Column(JSON, nullable=False))  # their names in the file
    targets: list[str] = Field(sa_column=Column(JSON, nullable=False))  # and where each went
    # What a person said that its words mean (lists/meaning/answers.py).
    answers: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, server_default="{}"),
    )
    by: str = Field(max_length=320)
    source: str = Field(default="", max_length=200)
    words: str = Field(default="", max_length=500)
    status: str = Field(max_length=10)
    started_at: datetime
    finished_at: datetime | None = None
    # All mailboxes up to this one are done: a crash costs no more than a slice.
    through: str = Field(default="", max_length=MAILBOX_CHARS)
    read: int = 0
    added: int = 0
    left: int = 0
    suppressed: int = 0
    known: int = 0
    kept_out: int = 0  # left before, or must not be mailed
    rejected: int = 0
