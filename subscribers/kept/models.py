"""Tables: what is kept of a publication's list, so that a page need not count a million rows."""

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from newsletter.database import Row


class KeptThrough(SQLModel, table=True):
    """The subscription id up to which the counts of a publication are kept."""

    __tablename__ = "kept_through"
    publication_id: int = Field(primary_key=True)
    subscription_id: int


class KeptCount(Row, table=True):
    """A part of how many kept subscriptions have a status; the sum of the parts counts."""

    __tablename__ = "kept_count"
    publication_id: int = Field(index=True)
    status: str = Field(max_length=12)
    readers: int  # below 0 where a change took some away


class KeptText(SQLModel, table=True):
    """A page of a publication's list as text to search: subscribers/kept/pages.py.

    A trigger deletes it when one of its readers changes name or address, moves or goes.
    """

    __tablename__ = "kept_text"
    publication_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    ids: list[int] = Field(sa_column=Column(JSON, nullable=False))  # of its lines
