"""What we read: sources, the articles found in them, and the tools that may be featured."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Source(SQLModel, table=True):
    """A place that we read articles from; its health is derived from what its last fetches gave."""

    __table_args__ = (UniqueConstraint("publication_id", "url"),)
    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    url: str = Field(max_length=2000)
    title: str = Field(default="", max_length=200)
    weight: float = 1.0
    status: str = Field(default="active", max_length=8)  # active or retired
    etag: str = Field(default="", max_length=300)
    last_modified: str = Field(default="", max_length=100)
    fetched_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0  # in a row
    error: str = Field(default="", max_length=500)


class Article(SQLModel, table=True):
    """A found item kept: known once by its canonical URL, however many sources show it."""

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(unique=True, max_length=2000)
    title: str = Field(max_length=500)
    dek: str = Field(default="", max_length=2000)
    author: str = Field(default="", max_length=200)
    image_url: str = Field(default="", max_length=2000)
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))
    published_at: datetime = Field(index=True)
    first_seen_at: datetime


class Sighting(SQLModel, table=True):
    """One source that shows one article."""

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    source_id: int = Field(foreign_key="source.id", primary_key=True, index=True)
    seen_at: datetime


class Tool(SQLModel, table=True):
    """A product that the publication may feature."""

    __table_args__ = (UniqueConstraint("publication_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    name: str = Field(max_length=120)
    url: str = Field(max_length=2000)
    price: str = Field(default="Free", max_length=40)
    description: str = Field(default="", max_length=600)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))
    image_url: str = Field(default="", max_length=2000)
    featured_at: datetime | None = None
