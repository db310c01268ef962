"""What a press needs to print: frozen values, no rows."""

from dataclasses import dataclass, field

from newsletter.brands.direction import Direction, language_direction
from newsletter.brands.look import Look
from newsletter.brands.themes import look_of_stored

WORDS_A_MINUTE = 220  # as archive/article_views.py counts them


@dataclass(frozen=True, slots=True)
class Face:
    """How a publication shows itself. A look may mark the last word of its name as if by pen."""

    name: str
    tagline: str
    language: str
    url: str
    subscribe_url: str
    promote_url: str
    postal_address: str
    readers_label: str = ""  # "80,000+"
    look: Look = field(default_factory=lambda: look_of_stored({}))
    pictures: str = ""  # the address below which the pictures of its look are

    @property
    def direction(self) -> Direction:
        """Which way its language runs."""
        return language_direction(self.language)

    @property
    def plain(self) -> str:
        """Its name without the last word."""
        return self.name.rpartition(" ")[0]

    @property
    def marked(self) -> str:
        """The last word of its name."""
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class ContentItem:
    """One story or tool."""

    title: str
    url: str
    text: str = ""
    source: str = ""
    date_label: str = ""
    image_url: str = ""
    price: str = ""
    tags: tuple[str, ...] = ()
    label: str = ""  # the disclosure label of what was paid for

    @property
    def words(self) -> int:
        """How many words of it there are to read."""
        return len(f"{self.title} {self.text}".split())


@dataclass(frozen=True, slots=True)
class Poll:
    """What readers are asked at the end of an issue.

    An answer is a name and a label. Its marker, vote_NAME_url, and a vote have the name.
    """

    question: str = "Was this issue useful?"
    answers: tuple[tuple[str, str], ...] = (("yes", "Yes"), ("partly", "Partly"), ("no", "No"))

    @property
    def markers(self) -> dict[str, str]:
        """The name of each answer by its marker."""
        return {f"vote_{name}_url": name for name, _ in self.answers}


POLL = Poll()


@dataclass(frozen=True, slots=True)
class Content:
    """All that one issue says."""

    face: Face
    number: int
    date_label: str
    subject: str
    preheader: str
    intro: str
    lead: ContentItem | None
    stories: tuple[ContentItem, ...] = ()
    brief: tuple[ContentItem, ...] = ()
    tools: tuple[ContentItem, ...] = ()
    similar: tuple[ContentItem, ...] = ()
    poll: Poll | None = None
    is_extra: bool = False  # it has no number for its readers

    @property
    def items(self) -> tuple[ContentItem, ...]:
        """All stories and tools, in the order in which they are printed."""
        lead = (self.lead,) if self.lead else ()
        return lead + self.stories + self.brief + self.tools + self.similar

    @property
    def read_minutes(self) -> int:
        """At 220 words a minute, never under one."""
        words = sum(item.words for item in self.items)
        return max(1, round(words / WORDS_A_MINUTE))
