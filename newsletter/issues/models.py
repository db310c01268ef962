"""What we edit: the issue, its blocks in their order, what was weighed and chosen for it, and the approvals of what was printed;
past issues that were sent before they came here, and what search knows."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from newsletter.rows import Row


class Issue(Row, table=True):
    """The editable plan for one number of a publication. Its moves are in issues/status.py.

    `period` names the deadline that it was proposed for, so that two schedulers propose one issue.
    """

    __table_args__ = (
        UniqueConstraint("publication_id", "period"),
        UniqueConstraint("publication_id", "number"),
    )
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
    readers: int = 0  # how many the publication had then, for what its letter says in public: what was previewed is what goes out
    sent_at: datetime | None = None
    version: int = 1  # raised by each change, of an editor or of a refresh
    hand_version: int = 1  # the version of the last change by an editor: only what another hand changed makes a form stale
    subjects: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )  # to pick from
    preheaders: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )
    worded_by: str = Field(
        default="", max_length=320
    )  # the editor who wrote or picked the subject; "": as proposed
    worded_version: int = 0  # the version that the summariser was asked about
    # whom it goes to: every reader's own wish, "every" or "monthly"; and of them those of an audience, {"name", "filter"}; {}: all
    frequency: str = Field(default="every", max_length=8)
    audience: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict, server_default="{}"),
    )
    wording_note: str = Field(
        default="", max_length=500
    )  # why the summariser's words are not there


class Block(Row, table=True):
    """One part of an issue, in order of kind and position; kinds: lead, stories, brief, tools, similar."""

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
    tags: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )
    image_url: str = Field(default="", max_length=2000)
    folded: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )  # article ids
    published_at: datetime | None = None
    score: float = 0.0
    reasons: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )


class Assessment(Row, table=True):
    """Why one candidate is in an issue or not: its score and reasons. Each refresh writes all of them again."""

    __tablename__ = "weighed"
    __table_args__ = (UniqueConstraint("issue_id", "article_id"),)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id")
    place: int | None = None  # from 0, the lead; None: out
    score: float = 0.0
    verdict: str = Field(max_length=300)
    title: str = Field(max_length=500)
    sources: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )
    folded: list[int] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )  # article ids
    reasons: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, default=list)
    )


class Choice(Row, table=True):
    """What an editor's hand did with one article of an issue: a refresh never undoes it, and ranking learns from it.

    Kinds: kept, dropped, lead, moved, edited. `title` and `text` are the words of an edit, so that they survive a drop.
    """

    __table_args__ = (UniqueConstraint("issue_id", "article_id", "kind"),)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    kind: str = Field(max_length=8)
    by: str = Field(max_length=320)
    at: datetime
    title: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=2000)


class Linked(Row, table=True):
    """An article that an issue was sent with, or folded into what was sent: never proposed again."""

    __table_args__ = (UniqueConstraint("publication_id", "article_id"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id")


class Approval(Row, table=True):
    """A recorded yes to one edition, by its checksum; withdrawn, never edited."""

    issue_id: int = Field(foreign_key="issue.id", index=True)
    checksum: str = Field(max_length=64)
    by: str = Field(max_length=320)
    at: datetime
    withdrawn_at: datetime | None = None


class PastIssue(SQLModel, table=True):
    """What an issue says that was sent elsewhere and imported: it has no blocks, no edition and no delivery."""

    issue_id: int = Field(primary_key=True, foreign_key="issue.id")
    html: str = Field(
        sa_column=Column(Text, nullable=False)
    )  # sanitised, without what was personal
    text: str = Field(sa_column=Column(Text, nullable=False))
    address: str = Field(default="", max_length=2000)  # where it could be read before


class Indexed(Row, table=True):
    """What search finds: a sent issue, or an own article that readers may see, as plain text. Made anew when that has a new version."""

    __table_args__ = (UniqueConstraint("issue_id"), UniqueConstraint("article_id"))
    publication_id: int = Field(foreign_key="publication.id", index=True)
    issue_id: int | None = Field(default=None, foreign_key="issue.id")
    article_id: int | None = Field(default=None, foreign_key="article.id")
    version: int = 1  # of an article
    title: str = Field(max_length=500)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


class Posting(SQLModel, table=True):
    """One word of what is indexed, and how much it says there: 1 + ln of how often, the words of a title counted thrice."""

    __table_args__ = (Index("ix_posting_indexed_id", "indexed_id"),)
    word: str = Field(primary_key=True, max_length=40)
    indexed_id: int = Field(primary_key=True, foreign_key="indexed.id")
    weight: float
