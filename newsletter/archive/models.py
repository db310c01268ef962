"""What the archive keeps besides issues: past issues that came from elsewhere, and what search
knows."""

from datetime import datetime

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from newsletter.database import Row


class PastIssue(SQLModel, table=True):
    """The words of an issue that was sent elsewhere and imported.

    Such an issue has no blocks, no edition and no delivery.
    """

    issue_id: int = Field(primary_key=True, foreign_key="issue.id")
    # Sanitised, without what was personal.
    html: str = Field(sa_column=Column(Text, nullable=False))
    text: str = Field(sa_column=Column(Text, nullable=False))
    address: str = Field(default="", max_length=2000)  # where it could be read before


class Indexed(Row, table=True):
    """What search finds, as plain text: a sent issue, or an own article that readers may see.

    It is made again when the article has a new version.
    """

    __table_args__ = (UniqueConstraint("issue_id"), UniqueConstraint("article_id"))
    publication_id: int = Field(foreign_key="publication.id", index=True)
    issue_id: int | None = Field(default=None, foreign_key="issue.id")
    article_id: int | None = Field(default=None, foreign_key="article.id")
    version: int = 1  # of an article
    title: str = Field(max_length=500)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime


class Posting(SQLModel, table=True):
    """One word of what is indexed, and its weight there.

    The weight is 1 + ln of how often the word is there; words of a title count thrice.
    """

    __table_args__ = (Index("ix_posting_indexed_id", "indexed_id"),)
    word: str = Field(primary_key=True, max_length=40)
    indexed_id: int = Field(primary_key=True, foreign_key="indexed.id")
    weight: float
