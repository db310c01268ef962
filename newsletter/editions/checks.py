"""Pure. Checks: what an edition must pass before it can be approved (block), and what deserves a look (look)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from newsletter.editions.content import Content
from newsletter.editions.press import Printed
from newsletter.errors import Conflict

LONG_SUBJECT = 60
LARGE_BYTES = 90 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that an edition breaks."""

    level: Literal["block", "look"]
    message: str


class Blocked(Conflict):
    """A check blocks this issue."""


def check_edition(content: Content, printed: Printed) -> tuple[Check, ...]:
    """Return the rules that are broken, those that block first."""
    found = [*_blocking(content), *_worth_a_look(content, printed)]
    return tuple(sorted(found, key=lambda one: one.level))


def refuse_blocked(checks: Iterable[Check]) -> None:
    """Raise Blocked, with the message of each check that blocks."""
    messages = [found.message for found in checks if found.level == "block"]
    if messages:
        raise Blocked(" ".join((str(Blocked.__doc__), *messages)))


def _blocking(content: Content) -> list[Check]:
    found = []
    if not content.subject.strip():
        found.append(Check("block", "The subject is empty."))
    if content.lead is None:
        found.append(Check("block", "There is no lead."))
    if not content.face.postal_address.strip():
        found.append(
            Check(
                "block",
                "The publication has no postal address, which the law asks for in each letter.",
            )
        )
    bad = [item.title for item in content.items if not item.url.startswith(("http://", "https://"))]
    found += [Check("block", f"The link of “{title}” is no web address.") for title in bad]
    return found


def _worth_a_look(content: Content, printed: Printed) -> list[Check]:
    found = []
    if len(content.subject) > LONG_SUBJECT:
        found.append(
            Check(
                "look", f"The subject has {len(content.subject)} characters; phones show about 45."
            )
        )
    if printed.html_bytes > LARGE_BYTES:
        found.append(
            Check("look", f"The letter has {printed.html_bytes / 1024:.0f} KB; Gmail clips at 102.")
        )
    if content.lead and content.lead.image_url.startswith("http:"):
        found.append(
            Check("look", "The lead's picture is not on https; some mail clients will not load it.")
        )
    return found
