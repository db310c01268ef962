"""Tools that may be featured, their slots, and what makers sent in."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from newsletter.database import Row
from newsletter.tools.status import SUBMISSION, TOOL


class Tool(Row, table=True):
    """A product that the publication may feature.

    A sponsor's tool is shown by its slots only: it has no page, badge or turn.
    """

    __table_args__ = (
        UniqueConstraint("publication_id", "name"),
        UniqueConstraint("publication_id", "slug"),
    )
    publication_id: int = Field(foreign_key="publication.id", index=True)
    name: str = Field(max_length=120)
    # The name of its page and badge; it stays when the name is changed.
    slug: str = Field(max_length=100)
    status: str = Field(default="active", max_length=8)  # active or retired
    is_sponsor: bool = False
    # Two tools of one category are rivals, never in one issue; "" for none.
    category: str = Field(default="", max_length=60)
    url: str = Field(max_length=2000)
    price: str = Field(default="Free", max_length=40)
    description: str = Field(default="", max_length=600)
    tags: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    image_url: str = Field(default="", max_length=2000)
    featured_at: datetime | None = None

    def move_to(self, status: str) -> None:
        """Move to another status. Raises WrongMove."""
        self.status = TOOL.to(self.status, status)


class Slot(Row, table=True):
    """A dated place for a tool in issues.

    It counts for issues whose day, in the publication's own zone, is in starts_on..ends_on, both
    included.

    How often it was shown is counted from the blocks of issues, never stored.
    """

    publication_id: int = Field(foreign_key="publication.id", index=True)
    tool_id: int = Field(foreign_key="tool.id", index=True)
    # featured (an editor's choice) or paid (shown with the disclosure label)
    kind: str = Field(max_length=8)
    starts_on: date
    ends_on: date
    cap: int = 0  # how often in all; 0: in each issue of those days


class Submission(Row, table=True):
    """A tool that its maker sent in: unverified, waiting, approved or rejected (tools/status.py).

    A question is a note on a waiting one: `asked_at` is set until the maker answers, and the answer
    is its next version. The id is in its maker's links, so it is given to no other submission.
    """

    __table_args__ = ({"sqlite_autoincrement": True},)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    status: str = Field(max_length=10, index=True)
    version: int = 1
    name: str = Field(max_length=120)
    url: str = Field(max_length=2000)
    price: str = Field(default="", max_length=40)
    description: str = Field(default="", max_length=600)
    tags: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    image_url: str = Field(default="", max_length=2000)
    note: str = Field(default="", max_length=1000)  # what the maker says to the editors
    # The fields that changed since the version before.
    changed: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    contact: str = Field(max_length=320, index=True)
    network: str = Field(default="", max_length=64)  # shortened, for the limit alone
    sent_at: datetime
    verified_at: datetime | None = None
    question: str = Field(default="", max_length=1000)
    asked_at: datetime | None = None
    reason: str = Field(default="", max_length=1000)  # of a rejection, as mailed
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=320)
    tool_id: int | None = Field(default=None, foreign_key="tool.id")

    def move_to(self, status: str) -> None:
        """Move to another status. Raises WrongMove."""
        self.status = SUBMISSION.to(self.status, status)
