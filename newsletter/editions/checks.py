"""Pure. Checks: which rules an edition breaks.

One that blocks must be mended before the edition can be approved. The others deserve a look.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from newsletter.editions.content import Content
from newsletter.editions.press import Printed
from newsletter.errors import Conflict

LONG_SUBJECT = 60
# Near the 102 KB at which Gmail clips: links and markers make a letter larger than its edition.
LARGE_BYTES = 90 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that an edition breaks."""

    level: Literal["block", "look"]
    message: str
    setting: str = ""  # the one that mends it, by its column


class Blocked(Conflict):
    """A check blocks this issue."""


class NoPostalAddress(Blocked):
    """A check blocks this issue."""

    hint = '`newsletter publication set --postal-address "1 Street, City"` sets it.'


def check_edition(content: Content, printed: Printed) -> tuple[Check, ...]:
    """Return the rules that are broken, those that block first."""
    found = [*_blocking(content), *_worth_a_look(content, printed)]
    return tuple(sorted(found, key=lambda check: check.level))


def refuse_blocked(checks: Iterable[Check]) -> None:
    """Raise Blocked, with the message of each check that blocks."""
    blocking = [check for check in checks if check.level == "block"]
    if blocking:
        lacks_address = any(check.setting == "postal_address" for check in blocking)
        kind = NoPostalAddress if lacks_address else Blocked
        raise kind(" ".join((str(Blocked.__doc__), *(check.message for check in blocking))))


def _blocking(content: Content) -> Iterator[Check]:
    """What must be mended before an approval."""
    if not content.subject.strip():
        yield Check("block", "The subject is empty.")
    if content.lead is None:
        yield Check("block", "There is no lead.")
    if not content.face.postal_address.strip():
        # The CAN-SPAM act asks for it, and so do laws of other countries.
        message = "The publication has no postal address, which the law asks for in each letter."
        yield Check("block", message, "postal_address")
    yield from _broken_links(content)


def _broken_links(content: Content) -> Iterator[Check]:
    for item in content.items:
        if not item.url.startswith(("http://", "https://")):
            yield Check("block", f"The link of “{item.title}” is no web address.")


def _worth_a_look(content: Content, printed: Printed) -> Iterator[Check]:
    """What an editor may want to mend."""
    length = len(content.subject)
    if length > LONG_SUBJECT:
        yield Check("look", f"The subject has {length} characters; phones show about 45.")
    if printed.html_bytes > LARGE_BYTES:
        kilobytes = printed.html_bytes / 1024
        yield Check("look", f"The letter has {kilobytes:.0f} KB; Gmail clips at 102.")
    if content.lead and content.lead.image_url.startswith("http:"):
        message = "The lead's picture is not on https; some mail clients will not load it."
        yield Check("look", message)
