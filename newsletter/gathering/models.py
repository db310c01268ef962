"""What we read: sources, and the articles found in them."""

from datetime import datetime

from sqlalchemy import JSON, Column, String, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from newsletter.database import Row


class Source(Row, table=True):
    """A place that we read articles from; its health is derived from what its last fetches gave."""

    __table_args__ = (UniqueConstraint("publication_id", "url"),)
    publication_id: int = Field(foreign_key="publication.id", index=True)
    # feed, sitemap, page (without a feed), hand (an editor's own links and articles)
    kind: str = Field(default="feed", max_length=8)
    url: str = Field(max_length=2000)
    home_url: str = Field(default="", max_length=2000)  # the page that people read
    title: str = Field(default="", max_length=200)
    category: str = Field(default="", max_length=80)  # the folder that an editor keeps it in
    weight: float = 1.0
    is_own: bool = False  # the publication's own site: its articles are kept whole
    status: str = Field(default="active", max_length=8)  # active or retired
    etag: str = Field(default="", max_length=300)
    last_modified: str = Field(default="", max_length=100)
    # SHA-256 of the last body: the same again is not parsed
    body_hash: str = Field(default="", max_length=64)
    added_at: datetime | None = None
    fetched_at: datetime | None = None
    succeeded_at: datetime | None = None
    new_at: datetime | None = None  # the last time that it gave an article we did not know
    # not to be fetched before: politeness, back-off, or as the source asked
    due_at: datetime | None = None
    # its host asked for that (429, 503): not even an editor's order fetches before
    rests_until: datetime | None = None
    # Whose words it has and what it is (choosing/voices), as guessed from its first items, how many
    # these were, and what in them showed it.
    guessed_firm: str = Field(default="", max_length=200)
    guessed_genre: str = Field(default="", max_length=12)
    guessed_because: str = Field(default="", max_length=200)
    guessed_from: int = 0
    # The same as an editor says it, which counts instead; "": as guessed.
    speaks_for: str = Field(default="", max_length=80)
    own_genre: str = Field(default="", max_length=12)
    # Other languages than the publication's that its news may be in: "de, fr".
    languages: str = Field(default="", max_length=80)
    # What editors chose before counts no more for it: they had that forgotten.
    learns_since: datetime | None = None
    # when it was read for the first time: what had no date then is no news
    begun_at: datetime | None = None
    at_one_address: int = 0  # items of its last document that share an address, 0 if few do
    failures: int = 0  # in a row
    error: str = Field(default="", max_length=500)
    # the trouble that editors heard of: failing, silent or retired; each once, "" if none
    reported_trouble: str = Field(
        default="",
        sa_column=Column(
            "told",
            String(12),
            nullable=False,
            default="",
        ),
    )

    @property
    def genre(self) -> str:
        """What it is: as an editor says it, else as guessed; "" if nobody knows."""
        return self.own_genre or self.guessed_genre

    @property
    def is_editors(self) -> bool:
        """True for the editors themselves, whose articles are written here."""
        # The other sources of this kind, of pasted links and past issues, have no web address.
        return self.kind == "hand" and self.url.startswith("http")


class Article(Row, table=True):
    """A found item that is kept, once by its canonical URL, however many sources show it.

    Its own page here is known by its slug.
    """

    url: str = Field(unique=True, max_length=2000)
    slug: str = Field(unique=True, max_length=100)
    title: str = Field(max_length=500)
    dek: str = Field(default="", max_length=2000)
    author: str = Field(default="", max_length=200)
    image_url: str = Field(default="", max_length=2000)
    image_width: int = 0  # pixels, 0 until the image was loaded and measured
    image_height: int = 0
    language: str = Field(default="", max_length=12)  # BCP 47, "" if not known
    words: int = 0  # of the whole text, 0 if only the dek is known
    topics: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON, nullable=False, default=list),
    )
    published_at: datetime = Field(index=True)
    first_seen_at: datetime
    read_at: datetime | None = None  # when its page was read, whatever that gave; None: not yet
    # when an editor took an own article back: its page says so, no issue takes it
    withdrawn_at: datetime | None = None


class Alias(SQLModel, table=True):
    """Another address of an article: what a source shows where the page names a canonical one."""

    url: str = Field(primary_key=True, max_length=2000)
    article_id: int = Field(foreign_key="article.id", index=True)


class Body(SQLModel, table=True):
    """The whole of an article: its text for comparing and ranking.

    Of the publication's own articles it has what is shown, too.
    """

    article_id: int = Field(primary_key=True, foreign_key="article.id")
    # plain, extracted
    text: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    # sanitised; own articles only
    html: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    # as its author wrote it; own articles only
    markdown: str = Field(default="", sa_column=Column(Text, nullable=False, default=""))
    # what it draws on, one line of Markdown: "[NVIDIA Newsroom](https://…)"
    source_line: str = Field(default="", max_length=500)
    # of what it draws on, in the author's words: "February 2026"
    source_date: str = Field(default="", max_length=80)
    image_alt: str = Field(default="", max_length=300)
    version: int = 1  # raised by each change of an author


class Sighting(SQLModel, table=True):
    """One source that shows one article."""

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    source_id: int = Field(
        foreign_key="source.id",
        primary_key=True,
        index=True,
    )
    seen_at: datetime
    digest: str = Field(default="", max_length=16)  # of what the source says of it
