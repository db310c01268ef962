"""The publication: its name, sender, cadence, plan and rules.

What an editor may change is a row.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from newsletter.database import Row


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who a publication's letters are from, and what their ids and list headers name."""

    slug: str
    name: str
    sender_name: str
    sender_address: str
    reply_to: str

    @property
    def domain(self) -> str:
        """The domain of the sender address."""
        return self.sender_address.rsplit("@", 1)[-1]


class Publication(Row, table=True):
    """One newsletter with a name, a sender address, a cadence and subscribers."""

    __table_args__ = (
        # "" is the first one's, which is the installation's own.
        Index(
            "uq_publication_own_url",
            "own_url",
            unique=True,
            sqlite_where=text("own_url <> ''"),
            postgresql_where=text("own_url <> ''"),
        ),
    )
    slug: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=120)
    tagline: str = Field(default="", max_length=200)
    language: str = Field(default="en", max_length=12)
    sender_name: str = Field(max_length=120)
    sender_address: str = Field(max_length=320)
    reply_to: str = Field(default="", max_length=320)
    postal_address: str = Field(default="", max_length=300)
    # where "Promote your tool" leads; "": our own form
    promote_url: str = Field(default="", max_length=2000)
    disclosure: str = Field(default="Sponsored", max_length=40)  # the label of what was paid for
    cadence: str = Field(default="Tuesday 09:00 Europe/Berlin", max_length=80)
    # dates on which no issue comes out, each a line: cadence/skips.py reads them
    skipped: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list, server_default="[]"),
    )
    # nobody approved by the deadline: send, hold or skip
    rule: str = Field(default="hold", max_length=8)
    propose_hours: int = 24  # before the deadline
    late_hours: int = 12  # a deadline missed by more is held
    rows: int = 4
    compact: int = 6
    tools: int = 2
    similar: int = 2
    thin_stories: int = 3  # fewer candidates than this is a thin week
    letters_per_s: float = 0.0  # at most so fast; 0: as fast as the relay takes them
    # the same by recipient domain
    domain_rates: dict[str, float] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict),
    )
    readers_from: int = 100  # the sign-up block counts readers in public from so many on; 0: never
    readers_step: int = 0  # and rounds them down to a multiple of this; 0: to two digits
    # sites whose scripts may sign readers up: "https://blog.example"
    allowed_origins: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    poll: bool = True  # each issue asks at its end whether it was useful
    monthly: bool = False  # a best-of each month, for those who wish for that only
    thin_rule: str = Field(default="shrink", max_length=8)  # shrink or skip
    # that readers may tick
    topics: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    goodbye: bool = False  # who leaves gets one last letter
    forget_leavers_days: int = 365  # after so many days who left is forgotten; 0: never
    daily_on: date | None = None  # the last day whose routine was carried out: schedule/daily.py
    # opens and clicks: off, anonymous (counts only) or individual
    tracking: str = Field(default="anonymous", max_length=10)
    tracking_days: int = 90  # then who opened and clicked is forgotten; the counts stay
    # who sees past issues: public, unlisted (who has the address) or off
    archive: str = Field(default="public", max_length=8)
    noindex: bool = False  # search engines are asked to keep all pages out
    log_days: int = 400  # then an entry of the desk's log is forgotten
    require_factor: bool = False  # who has no second factor sets one up before anything else
    # the cue file by which stories are ranked; "": the usual one
    cues: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    # where its public pages are: "" at public_url, or "/path" below it, or "https://host"
    own_url: str = Field(default="", max_length=200)

    # how it looks: what was chosen over its theme (newsletter/brands/brand.py); {}: as we ship
    look: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(JSON, nullable=False, default=dict),
    )

    @property
    def letterhead(self) -> Letterhead:
        """Its letterhead as it is now; a delivery keeps the one that it was planned with."""
        return Letterhead(
            self.slug,
            self.name,
            self.sender_name,
            self.sender_address,
            self.reply_to,
        )

    @property
    def has_own_host(self) -> bool:
        """True if its public pages are at a host of their own."""
        return "://" in self.own_url

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone: the last word of a cadence, as in "Tuesday 09:00 Europe/Berlin"."""
        return ZoneInfo(self.cadence.split()[-1])

    @property
    def story_places(self) -> int:
        """How many stories an issue has by the plan: the lead, its rows and those in brief."""
        return 1 + self.rows + self.compact


class Weight(Row, table=True):
    """One weight of ranking that this publication has set: a name of `Weights`, or topic:NAME."""

    __table_args__ = (UniqueConstraint("publication_id", "name"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    name: str = Field(max_length=80)
    value: float


class Redirect(Row, table=True):
    """An address that pages had before they came here, and where it leads for ever.

    The answer is 301, moved permanently (RFC 9110, 15.4.2).
    """

    __table_args__ = (UniqueConstraint("publication_id", "path"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    path: str = Field(max_length=1000)  # with its query, without a slash at the end
    target: str = Field(max_length=2000)  # a path here, or an http(s) address


class FormerUrl(Row, table=True):
    """Where a publication's pages were before they moved: links in its old letters lead there."""

    publication_id: int = Field(foreign_key="publication.id", index=True)
    url: str = Field(unique=True, max_length=200)  # as `own_url`
