"""A specimen: an issue of made-up words with a block of each kind, to try a look on."""

from newsletter.editions.content import POLL, Content, ContentItem, Face

ADDRESS = "https://specimen.example/story"
STORIES = (
    ("A harbour teaches its cranes to read the tide", "Quay Post", "12 May"),
    ("Two towns share one night train, and its delays", "Rail Week", "11 May"),
    ("What a small library learned from lending tools", "Shelf Notes", "10 May"),
)
DEK = (
    "A year of notes by the people who did it, with what went wrong first. "
    "They would begin smaller today."
)
TOOLS = (("Tidebook", "Free", ("planning",)), ("Slate", "$12 a month", ("writing", "team")))


def specimen(face: Face) -> Content:
    """Return the specimen of a publication."""
    lead, *stories = (_story(*words) for words in STORIES)
    return Content(
        face=face,
        number=42,
        date_label="13 May 2026",
        subject="A specimen",
        preheader="How an issue looks",
        intro="This is how an issue looks. Its words are made up, and nobody gets it.",
        lead=lead,
        stories=tuple(stories),
        brief=tuple(stories),
        tools=tuple(_tool(*words) for words in TOOLS),
        similar=tuple(stories),
        poll=POLL,
    )


def _story(
    title: str,
    source: str,
    day: str,
) -> ContentItem:
    return ContentItem(
        title,
        ADDRESS,
        DEK,
        source,
        day,
    )


def _tool(
    title: str,
    price: str,
    tags: tuple[str, ...],
) -> ContentItem:
    return ContentItem(
        title,
        ADDRESS,
        DEK,
        price=price,
        tags=tags,
    )
