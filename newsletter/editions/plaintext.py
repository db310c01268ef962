"""Pure. The text part of an edition (RFC 2046): the same blocks, the same links, lines of at most 72 characters."""

import textwrap
from collections.abc import Sequence

from newsletter.editions.content import Content, ContentItem

WIDTH = 72


def write_text(content: Content) -> str:
    """Return the text part, with the same markers as the HTML."""
    head = [
        content.face.name,
        f"No. {content.number}, {content.date_label}",
        "View in browser: [[view_url]]",
    ]
    blocks = ["\n".join(head), wrap(content.intro)]
    if content.lead:
        blocks.append(_story(content.lead))
    for label, items in (
        ("Also this week", content.stories),
        ("In brief", content.brief),
        ("Featured tools", content.tools),
        ("More reading", content.similar),
    ):
        blocks += _section(label, items)
    if content.face.promote_url:
        blocks.append(f"PROMOTE YOUR TOOL\n{content.face.promote_url}")
    if content.poll:
        answers = (f"{label}: [[vote_{name}_url]]" for name, label in content.poll.answers)
        blocks.append("\n".join([content.poll.question.upper(), *answers]))
    blocks.append(_foot(content))
    return "\n\n".join(block for block in blocks if block) + "\n"


def wrap(text: str) -> str:
    """Fold a paragraph to the width; an address is never broken."""
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _section(label: str, items: Sequence[ContentItem]) -> list[str]:
    if not items:
        return []
    return [f"{label.upper()}\n{'-' * len(label)}", *(_story(item) for item in items)]


def _story(item: ContentItem) -> str:
    tags = " ".join(f"#{tag}" for tag in item.tags)
    about = ", ".join(
        part for part in (item.label, item.price, tags, item.date_label, item.source) if part
    )
    return "\n".join(
        part for part in (wrap(item.title), wrap(item.text), wrap(about), item.url) if part
    )


def _foot(content: Content) -> str:
    return "\n".join(
        [
            "-- ",
            wrap(
                f"You receive this because you confirmed [[email]] for {content.face.name} on [[confirmed_on]]."
            ),
            "Unsubscribe: [[unsubscribe_url]]",
            "Preferences: [[preferences_url]]",
            f"Forwarded to you? {_invitation(content)}: {content.face.subscribe_url}",
            content.face.name,
            content.face.postal_address,
        ]
    ).rstrip()


def _invitation(content: Content) -> str:
    return (
        f"Join {content.face.readers_label} readers" if content.face.readers_label else "Subscribe"
    )
