"""Opening a publication."""

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.models import Publication
from newsletter.statements import add_and_flush
from newsletter.text import slug
from subscribers.addresses import normalise

RULES = ("send", "hold", "skip")
SLUG_CHARS = 60


class NoSuchRule(Refused):
    """The rule is one of: send, hold, skip."""


class NoName(Refused):
    """A publication needs a name with a letter or a digit in it."""


def open_publication(
    session: Session,
    *,
    name: str,
    sender_address: str,
    cadence: str,
    postal_address: str = "",
    rule: str = "hold",
) -> Publication:
    """Make a publication. Raises NoSuchRule, NoName or BadAddress."""
    if rule not in RULES:
        raise NoSuchRule
    publication = Publication(
        slug=_slug(name),
        name=name,
        sender_name=name,
        sender_address=normalise(sender_address),
        postal_address=postal_address,
        cadence=cadence,
        rule=rule,
    )
    return add_and_flush(session, publication)


def _slug(name: str) -> str:
    """Return the words of a name for an address; raises NoName."""
    words = slug(name)
    if not words:
        raise NoName
    return words[:SLUG_CHARS].rstrip("-")
