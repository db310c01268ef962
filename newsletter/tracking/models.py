"""Opens and clicks: events as they come, their counts, and links that were pointed elsewhere."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field

from newsletter.database import Row


class Event(Row, table=True):
    """A load of the pixel or a visit by a link.

    It waits some minutes for its verdict: "" is a person, else why it is a robot. `visitor` is a
    keyed hash of network and program, `network` one of the network alone (0: not known). An event
    that belongs to no message is counted, and deleted when its neighbours have their verdicts, too.
    """

    # Without foreign keys: events are written several thousand times a second.
    __table_args__ = (
        Index(None, "at"),
        Index(None, "verdict", "at"),
        Index(None, "message_id", "at"),
    )
    edition_id: int
    # a place in the edition's links table, len(links) for the hidden link, robots.OPEN for an open
    link: int
    message_id: int  # 0: nobody's
    visitor: int = Field(sa_column=Column(BigInteger, nullable=False))
    network: int = Field(
        default=0,
        sa_column=Column(BigInteger, nullable=False, default=0, server_default="0"),
    )
    sign: str = Field(max_length=12)  # what the request alone showed of a robot
    at: datetime
    verdict: str | None = Field(default=None, max_length=12)


class EventCount(Row, table=True):
    """How many events an edition's link had, by verdict. It stays when the events are forgotten."""

    __table_args__ = (UniqueConstraint("edition_id", "link", "verdict"),)
    edition_id: int
    link: int
    verdict: str = Field(max_length=12)
    count: int


class Repointing(Row, table=True):
    """A link that was wrong in letters already sent, pointed elsewhere. The last one holds."""

    edition_id: int = Field(foreign_key="edition.id", index=True)
    link: int
    url_from: str = Field(max_length=2000)
    url_to: str = Field(max_length=2000)
    by: str = Field(max_length=320)  # the editor's address
    at: datetime
