"""Pure. The text part of an edition (RFC 2046): the same blocks and links as the HTML.

Lines have at most 72 characters, so that a reader's client need not fold them.
"""

import textwrap
from collections.abc import Iterator, Sequence

from newsletter.editions.content import Content, ContentItem, Face, Poll
from newsletter.editions.personalising import LINK, Markers

WIDTH = 72


def write_text(content: Content, markers: Markers) -> str:
    """Return the text part, with the same markers as the HTML, and one before each link."""
    return "\n\n".join(block for block in _blocks(content, markers) if block) + "\n"


def wrap(text: str) -> str:
    """Fold a paragraph to the width; an address is never broken."""
    # Clients make a link of an address only where it is whole.
    return textwrap.fill(
        text,
        WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _blocks(content: Content, markers: Markers) -> Iterator[str]:
    """Give the blocks in print order; one may be empty."""
    link = markers.spell(LINK)
    yield _head(content, markers)
    yield wrap(content.intro)
    yield from _items(content, link)
    if content.face.promote_url:
        yield f"PROMOTE YOUR TOOL\n{link}{content.face.promote_url}"
    if content.poll:
        yield _poll(content.poll, markers)
    yield _foot(content, markers)


def _head(content: Content, markers: Markers) -> str:
    """Name, number and the way to the web."""
    number = "Extra issue" if content.is_extra else f"No. {content.number}"
    return (
        f"{content.face.name}\n"
        f"{number}, {content.date_label}\n"
        f"View in browser: {markers.spell('view_url')}"
    )


def _items(content: Content, link: str) -> Iterator[str]:
    """Give all stories and tools under their headings; `link` stands before each address."""
    if content.lead:
        yield _item(content.lead, link)
    yield from _section("Also this week", content.stories, link)
    yield from _section("In brief", content.brief, link)
    yield from _section("Featured tools", content.tools, link)
    yield from _section("More reading", content.similar, link)


def _section(
    label: str,
    items: Sequence[ContentItem],
    link: str,
) -> Iterator[str]:
    """Give a heading and its items; nothing if there are none."""
    # A heading without items would look like an error.
    if items:
        yield _heading(label)
        yield from (_item(item, link) for item in items)


def _heading(label: str) -> str:
    return f"{label.upper()}\n{'-' * len(label)}"


def _item(item: ContentItem, link: str) -> str:
    """One story or tool: title, text, what is known of it, address."""
    # The address ends the block alone on its line: clients then find it whole.
    address = link + item.url if item.url else ""
    lines = [wrap(item.title), wrap(item.text), wrap(_about(item)), address]
    return "\n".join(filter(None, lines))


def _about(item: ContentItem) -> str:
    """What is known of an item, in one line."""
    known = (item.label, item.price, _tags(item), item.date_label, item.source)
    return ", ".join(filter(None, known))


def _tags(item: ContentItem) -> str:
    return " ".join(f"#{tag}" for tag in item.tags)


def _poll(poll: Poll, markers: Markers) -> str:
    """The question, and a link for each answer."""
    answers = [
        f"{label}: {markers.spell(marker)}"
        for marker, (_, label) in zip(poll.markers, poll.answers, strict=True)
    ]
    return "\n".join([poll.question.upper(), *answers])


def _foot(content: Content, markers: Markers) -> str:
    """Why the letter came, how to leave, and who sends it."""
    face = content.face
    lines = [
        # With a space (RFC 3676, 4.3): clients leave out what follows when somebody answers.
        "-- ",
        _reason(face, markers),
        f"Unsubscribe: {markers.spell('unsubscribe_url')}",
        f"Preferences: {markers.spell('preferences_url')}",
        f"Forwarded to you? {_invitation(face)}: {markers.spell(LINK)}{face.subscribe_url}",
        *own_words(face, markers.spell(LINK)),
    ]
    return "\n".join(lines).rstrip()


def own_words(face: Face, link: str = "") -> list[str]:
    """What a publication says of itself at the foot; `link` stands before each address."""
    elsewhere = [f"{page.label}: {link}{page.url}" for page in face.look.links]
    words = [wrap(face.look.footer)] if face.look.footer else []
    return [*elsewhere, *words, face.name, face.postal_address]


def _reason(face: Face, markers: Markers) -> str:
    """Why the letter came; the lines break where they fit most readers, whatever their values."""
    reason, address, since = map(markers.spell, ("reason", "email", "since"))
    return f"You receive this because {reason} {address}\nfor {face.name} {since}."


def _invitation(face: Face) -> str:
    """What a reader does who got the letter from a friend."""
    return f"Join {face.readers_label} readers" if face.readers_label else "Subscribe"
