"""Opening a publication."""

import re

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.models import Publication
from subscribers.addresses import normalise

RULES = ("send", "hold", "skip")


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
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    if not slug:
        raise NoName
    publication = Publication(
        slug=slug[:60],
        name=name,
        sender_name=name,
        sender_address=normalise(sender_address),
        postal_address=postal_address,
        cadence=cadence,
        rule=rule,
    )
    session.add(publication)
    session.flush()
    return publication


class NoLabel(Refused):
    """What was paid for needs a label of 1 to 40 characters, like Sponsored."""


def set_disclosure(session: Session, publication_id: int, label: str) -> None:
    """Set the label of what was paid for; issues proposed from now on show it. Raises NoLabel."""
    words = " ".join(label.split())
    if not 1 <= len(words) <= 40:
        raise NoLabel
    session.get_one(Publication, publication_id).disclosure = words
    session.flush()


def show_readers(session: Session, publication_id: int, readers_from: int) -> None:
    """Let the sign-up block say how many readers there are, rounded down, from so many on; 0 for never."""
    session.get_one(Publication, publication_id).readers_from = readers_from
    session.flush()


def set_speed(
    session: Session, publication_id: int, letters_per_s: float, domain: str = ""
) -> None:
    """Let the publication's letters, or those to one recipient domain, go at most so fast; 0 for as fast as the relay takes them.

    A running sender sees it at once; several workers share it.
    """
    publication = session.get_one(Publication, publication_id)
    if domain:
        others = {
            name: rate for name, rate in publication.domain_rates.items() if name != domain.lower()
        }
        publication.domain_rates = others | (
            {domain.lower(): letters_per_s} if letters_per_s else {}
        )
    else:
        publication.letters_per_s = letters_per_s
    session.flush()
