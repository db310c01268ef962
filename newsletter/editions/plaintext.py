"""Pure. The text part of an edition (RFC 2046): the same blocks and links as the HTML.

Lines have at most 72 characters, so that a reader's client need not fold them.
"""

import textwrap
from collections.abc import Iterator, Sequence

from newsletter.editions.content import Content, ContentItem, Poll

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
    if content.lead:
        yield _item(content.lead)
    yield from _section("Also this week", content.stories)
    yield from _section("In brief", content.brief)
    yield from _section("Featured tools", content.tools)
    yield from _section("More reading", content.similar)
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


def _section(label: str, items: Sequence[ContentItem]) -> Iterator[str]:
    """Give a heading and its items; nothing if there are none."""
    # A heading without items would look like an error.
    if items:
        yield f"{label.upper()}\n{'-' * len(label)}"
        yield from map(_item, items)


def _item(item: ContentItem) -> str:
    """One story or tool: title, text, what is known of it, address."""
    # The address ends the block alone on its line: clients then find it whole.
    lines = [wrap(item.title), wrap(item.text), wrap(_about(item)), item.url]
    return "\n".join(filter(None, lines))


def _about(item: ContentItem) -> str:
    """What is known of an item, in one line."""
    tags = " ".join(f"#{tag}" for tag in item.tags)
    return ", ".join(filter(None, (item.label, item.price, tags, item.date_label, item.source)))


def _poll(poll: Poll) -> str:
    """The question, and a link for each answer."""
    answers = [f"{label}: [[vote_{name}_url]]" for name, label in poll.answers]
    return "\n".join([poll.question.upper(), *answers])


def _foot(content: Content) -> str:
    """Why the letter came, how to leave, and who sends it."""
    face = content.face
    reason = (
        f"You receive this because you confirmed [[email]] for {face.name} on [[confirmed_on]]."
    )
    lines = [
        # With a space (RFC 3676, 4.3): clients leave out what follows when somebody answers.
        "-- ",
        wrap(reason),
        "Unsubscribe: [[unsubscribe_url]]",
        "Preferences: [[preferences_url]]",
        f"Forwarded to you? {_invitation(content)}: {face.subscribe_url}",
        face.name,
        face.postal_address,
    ]
    return "\n".join(lines).rstrip()


def _invitation(content: Content) -> str:
    """What a reader does who got the letter from a friend."""
    if not content.face.readers_label:
        return "Subscribe"
    return f"Join {content.face.readers_label} readers"
