"""Tool sources, and the tools that they show."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from newsletter.database import Row
from newsletter.tool_sources.status import GATHERED, TOOL_SOURCE


class ToolSource(Row, table=True):
    """A place that tools are gathered from. Lists that editors import have one, too: `import`."""

    __tablename__ = "toolsource"
    __table_args__ = (UniqueConstraint("publication_id", "url"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    kind: str = Field(max_length=8)  # list, feed, pages or import
    url: str = Field(max_length=2000)  # file:///… for a list that is a file of this machine
    title: str = Field(default="", max_length=200)
    # Of `pages`: only those whose path begins so are looked at.
    below: str = Field(default="", max_length=200)
    rule: str = Field(default="ask", max_length=8)  # new tools: ask (an editor) or accept
    status: str = Field(default="active", max_length=8)  # active or removed
    etag: str = Field(default="", max_length=300)
    last_modified: str = Field(default="", max_length=100)
    body_hash: str = Field(default="", max_length=64)  # SHA-256: the same again is not parsed
    added_at: datetime
    looked_at: datetime | None = None
    succeeded_at: datetime | None = None
    due_at: datetime | None = None
    # its host asked for that (429, 503): not even an editor's order looks before
    rests_until: datetime | None = None
    failures: int = 0  # in a row
    error: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=500)  # what its last look left out
    # The counts of its last look that was whole, and the rows that it refused.
    account: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict),
    )

    def move_to(self, status: str) -> None:
        """Move to another status. Raises WrongMove."""
        self.status = TOOL_SOURCE.to(self.status, status)


class GatheredTool(Row, table=True):
    """A tool as a source shows it now: waiting, accepted or refused (tool_sources/status.py).

    `decided` has what an editor saw when they decided: what differs from it now is pointed out.
    """

    __tablename__ = "gatheredtool"
    __table_args__ = (UniqueConstraint("publication_id", "address_key"),)
    publication_id: int = Field(foreign_key="publication.id")
    source_id: int = Field(foreign_key="toolsource.id", index=True)
    status: str = Field(default="waiting", max_length=8, index=True)
    address_key: str = Field(max_length=600)
    name_key: str = Field(max_length=600)
    name: str = Field(max_length=120)
    url: str = Field(max_length=2000)
    price: str = Field(default="", max_length=40)
    description: str = Field(default="", max_length=600)
    tags: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    image_url: str = Field(default="", max_length=2000)
    category: str = Field(default="", max_length=60)
    first_seen_at: datetime
    seen_at: datetime
    # since when a whole look at its source did not find it
    missing_at: datetime | None = None
    tool_id: int | None = Field(default=None, foreign_key="tool.id", index=True)
    # False if the tool was here before: taking back a yes does not retire it
    is_made: bool = False
    decided: dict[str, str] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict),
    )
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=320)

    def move_to(self, status: str) -> None:
        """Move to another status. Raises WrongMove."""
        self.status = GATHERED.to(self.status, status)


class WatchedPage(Row, table=True):
    """An address of a source that is looked at: a page of its sitemap, or a tool's own link."""

    __tablename__ = "watchedpage"
    __table_args__ = (UniqueConstraint("source_id", "url"),)
    source_id: int = Field(foreign_key="toolsource.id")
    url: str = Field(max_length=2000)
    gathered_id: int | None = Field(default=None, foreign_key="gatheredtool.id", index=True)
    looked_at: datetime | None = None
    due_at: datetime | None = None
    failures: int = 0  # in a row
    error: str = Field(default="", max_length=500)  # why its last look gave no tool
    trouble: str = Field(default="", max_length=300)  # what editors hear of: dead, or elsewhere
