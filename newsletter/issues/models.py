"""What we edit: the issue and its blocks, why each candidate is in it, what editors chose, and who
approved what was printed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from newsletter.database import Row
from newsletter.issues.status import ISSUE


def _json_list() -> Any:
    """Return a column for a list; each needs a column object of its own."""
    return Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )


EXTRA = "extra "  # so the period of an extra issue begins


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
    # The deadline of the cadence that it stands for, wherever an editor moved it; None: it stands
    # for none, as a best-of and an extra issue.
    deadline_at: datetime | None = None
    proposed_at: datetime
    # It is filled with what is gathered; an extra issue that was begun empty is not.
    refills: bool = True
    # How many readers the publication had when it was proposed. The letter may show that, and what
    # was previewed is what goes out.
    readers: int = 0
    sent_at: datetime | None = None
    version: int = 1  # raised by each change, of an editor or of a refresh
    # The version of the last change by an editor: only another editor's change makes a form stale.
    hand_version: int = 1
    subjects: list[str] = _json_list()  # to pick from
    preheaders: list[str] = _json_list()
    # The editor who wrote or picked the subject; "": it is as proposed.
    worded_by: str = Field(default="", max_length=320)
    worded_version: int = 0  # the version that the summariser was asked about
    # It goes to readers who wish for "every" issue, or for a "monthly" one.
    frequency: str = Field(default="every", max_length=8)
    # Of them to an audience, {"name", "filter"}; {}: to all.
    audience: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(
            JSON,
            nullable=False,
            default=dict,
            server_default="{}",
        ),
    )
    # Why the summariser's words are not there.
    wording_note: str = Field(default="", max_length=500)

    @property
    def is_extra(self) -> bool:
        """True if it was made beside the cadence, and goes out by a person's yes only."""
        return self.period.startswith(EXTRA)

    def move_to(self, status: str) -> None:
        """Move to another status. Raises WrongMove."""
        self.status = ISSUE.to(self.status, status)

    def note_edit(self) -> None:
        """Raise the version by an editor's change: it makes forms stale, as no refresh does."""
        self.version += 1
        self.hand_version = self.version

    def offer_subjects(self, subjects: Sequence[str]) -> None:
        """Let editors pick from these subjects; the first is the proposed one."""
        self.subjects = list(subjects)
        self.subject = subjects[0]

    def offer_preheaders(self, preheaders: Sequence[str]) -> None:
        """Let editors pick from these preheaders; the first, if any, is proposed."""
        self.preheaders = list(preheaders)
        self.preheader = next(iter(preheaders), "")


STORY_KINDS = ("lead", "stories", "brief")


class Block(Row, table=True):
    """One part of an issue; they come in the order of kind and position.

    Kinds: lead, stories, brief, tools, similar.
    """

    issue_id: int = Field(foreign_key="issue.id", index=True)
    kind: str = Field(max_length=10)
    position: int
    article_id: int | None = Field(
        default=None,
        foreign_key="article.id",
        index=True,
    )
    tool_id: int | None = Field(
        default=None,
        foreign_key="tool.id",
        index=True,
    )
    slot_id: int | None = Field(
        default=None,
        foreign_key="slot.id",
        index=True,
    )
    label: str = Field(default="", max_length=40)  # the disclosure label of what was paid for
    title: str = Field(max_length=500)
    text: str = Field(default="", max_length=2000)
    url: str = Field(max_length=2000)
    source: str = Field(default="", max_length=400)
    price: str = Field(default="", max_length=40)
    tags: list[str] = _json_list()
    image_url: str = Field(default="", max_length=2000)
    folded: list[int] = _json_list()  # article ids
    published_at: datetime | None = None
    score: float = 0.0
    reasons: list[str] = _json_list()

    @property
    def is_story(self) -> bool:
        return self.kind in STORY_KINDS

    @property
    def article_ids(self) -> list[int]:
        """The articles that tell its story, the linked one first; none for a tool."""
        return [self.article_id, *self.folded] if self.article_id else list(self.folded)

    def is_in_row_of(self, other: "Block") -> bool:
        """True if it can move to the place of another: all stories are one list."""
        return self.is_story if other.is_story else self.kind == other.kind

    def set_words(self, title: str, text: str) -> None:
        """Give it the words of an editor."""
        self.title = title
        self.text = text


class Assessment(Row, table=True):
    """Why one candidate is in an issue or not: its score and reasons.

    Each refresh writes all of them again.
    """

    __tablename__ = "weighed"
    __table_args__ = (UniqueConstraint("issue_id", "article_id"),)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id")
    place: int | None = None  # from 0, the lead; None: out
    score: float = 0.0
    verdict: str = Field(max_length=300)
    title: str = Field(max_length=500)
    sources: list[str] = _json_list()
    folded: list[int] = _json_list()  # article ids
    reasons: list[str] = _json_list()

    @property
    def article_ids(self) -> list[int]:
        """The articles that tell its story, the linked one first."""
        return [self.article_id, *self.folded]


class Choice(Row, table=True):
    """What an editor did with one article of an issue.

    A refresh never undoes it, and ranking learns from it. Kinds: kept, dropped, lead, raised (moved
    up), moved, edited. `title` and `text` are the words of an edit, so that they survive a drop.
    """

    __table_args__ = (UniqueConstraint("issue_id", "article_id", "kind"),)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    kind: str = Field(max_length=8)
    by: str = Field(max_length=320)
    at: datetime
    title: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=2000)

    @property
    def is_drop(self) -> bool:
        return self.kind == "dropped"


class Linked(Row, table=True):
    """An article that a sent issue linked, or that was folded into its story.

    It is never proposed again.
    """

    __table_args__ = (UniqueConstraint("publication_id", "article_id"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    article_id: int = Field(foreign_key="article.id")


class Approval(Row, table=True):
    """A recorded yes to one edition, by its checksum. It is withdrawn, never edited."""

    issue_id: int = Field(foreign_key="issue.id", index=True)
    checksum: str = Field(max_length=64)
    by: str = Field(max_length=320)
    at: datetime
    withdrawn_at: datetime | None = None
    # who its letters are from, as it was approved; {} for approvals of older versions
    letterhead: dict[str, str] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict),
    )
