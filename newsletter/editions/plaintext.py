"""Pure. The text part of an edition (RFC 2046): the same blocks and links as the HTML.

Lines have at most 72 characters, so that a reader's client need not fold them.
"""

import textwrap
from collections.abc import Iterator, Sequence

from newsletter.editions.content import Content, ContentItem, Face, Poll

WIDTH = 72


def write_text(content: Content) -> str:
    """Return the text part, with the same markers as the HTML."""
    return "\n\n".join(block for block in _blocks(content) if block) + "\n"


def wrap(text: str) -> str:
    """Fold a paragraph to the width; an address is never broken."""
    # Clients make a link of an address only where it is whole.
    return textwrap.fill(
        text,
        WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _blocks(content: Content) -> Iterator[str]:
    """Give the blocks in print order; one may be empty."""
    yield _head(content)
    yield wrap(content.intro)
    yield from _items(content)
    if content.face.promote_url:
        yield f"PROMOTE YOUR TOOL\n{content.face.promote_url}"
    if content.poll:
        yield _poll(content.poll)
    yield _foot(content)


def _head(content: Content) -> str:
    """Name, number and the way to the web."""
    lines = [
        content.face.name,
        f"No. {content.number}, {content.date_label}",
        "View in browser: [[view_url]]",
    ]
    return "\n".join(lines)


def _items(content: Content) -> Iterator[str]:
    """Give all stories and tools under their headings."""
    if content.lead:
        yield _item(content.lead)
    yield from _section("Also this week", content.stories)
    yield from _section("In brief", content.brief)
    yield from _section("Featured tools", content.tools)
    yield from _section("More reading", content.similar)


def _section(label: str, items: Sequence[ContentItem]) -> Iterator[str]:
    """Give a heading and its items; nothing if there are none."""
    # A heading without items would look like an error.
    if items:
        yield _heading(label)
        yield from map(_item, items)


def _heading(label: str) -> str:
    return f"{label.upper()}\n{'-' * len(label)}"


def _item(item: ContentItem) -> str:
    """One story or tool: title, text, what is known of it, address."""
    # The address ends the block alone on its line: clients then find it whole.
    lines = [wrap(item.title), wrap(item.text), wrap(_about(item)), item.url]
    return "\n".join(filter(None, lines))


def _about(item: ContentItem) -> str:
    """What is known of an item, in one line."""
    known = (item.label, item.price, _tags(item), item.date_label, item.source)
    return ", ".join(filter(None, known))


def _tags(item: ContentItem) -> str:
    return " ".join(f"#{tag}" for tag in item.tags)


def _poll(poll: Poll) -> str:
    """The question, and a link for each answer."""
    answers = [f"{label}: [[vote_{name}_url]]" for name, label in poll.answers]
    return "\n".join([poll.question.upper(), *answers])


def _foot(content: Content) -> str:
    """Why the letter came, how to leave, and who sends it."""
    face = content.face
    lines = [
        # With a space (RFC 3676, 4.3): clients leave out what follows when somebody answers.
        "-- ",
        wrap(_reason(face)),
        "Unsubscribe: [[unsubscribe_url]]",
        "Preferences: [[preferences_url]]",
        f"Forwarded to you? {_invitation(face)}: {face.subscribe_url}",
        face.name,
        face.postal_address,
    ]
    return "\n".join(lines).rstrip()


def _reason(face: Face) -> str:
    return f"You receive this because you confirmed [[email]] for {face.name} on [[confirmed_on]]."


def _invitation(face: Face) -> str:
    """What a reader does who got the letter from a friend."""
    return f"Join {face.readers_label} readers" if face.readers_label else "Subscribe"
