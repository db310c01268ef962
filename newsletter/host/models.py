"""What the database knows of its hosts, and the letters that only a host remembered."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from newsletter.database import Row


class Host(Row, table=True):
    """A journal folder whose processes work on this database."""

    name: str = Field(max_length=80, unique=True)  # the folder's own name: journals sign with it
    counter: int  # grows with each claim and each beat, here first and then in the folder
    beat_at: datetime
    disagrees: str = Field(default="", max_length=10)  # why it waits; "" if it does not
    remembered: int = 0  # the counter that it remembers, if it disagrees
    adopted_at: datetime | None = None  # a person said that this database is the one
    alive_since: datetime | None = None  # it has beaten without a pause


class SentLetter(Row, table=True):
    """A letter that a host remembers and that had no message here when a person adopted.

    Its message is given this status as soon as it is planned, so that it is not sent again.
    """

    __tablename__ = "sent_letter"
    __table_args__ = (UniqueConstraint("issue_id", "subscriber_id"),)
    issue_id: int
    subscriber_id: int
    status: str = Field(max_length=10)  # accepted, or uncertain
