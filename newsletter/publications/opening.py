"""Opening a publication."""

from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.models import Publication
from newsletter.publications.own_urls import read_own_url, require_free
from newsletter.publications.reading import all_publications
from newsletter.statements import add_and_flush
from newsletter.text import slug
from subscribers.addresses import normalise

RULES = ("send", "hold", "skip")
SLUG_CHARS = 60


class NoSuchRule(Refused):
    """The rule is one of: send, hold, skip."""


class NoName(Refused):
    """A publication needs a name with a letter or a digit in it."""


class BadSlug(Refused):
    """A publication is called by up to 60 small letters, digits and hyphens, like ai-weekly."""


class SlugInUse(Conflict):
    """Another publication is called so in addresses and commands. Choose another word."""


def open_publication(
    session: Session,
    *,
    name: str,
    sender_address: str,
    cadence: str,
    postal_address: str = "",
    rule: str = "hold",
    word: str = "",
) -> Publication:
    """Make a publication, called by a `word` in addresses and commands, or by its name's words.

    The first one's pages are at the installation's own address, another one's at a path of it.
    Raises NoSuchRule, NoName, BadSlug, BadAddress, BadOwnUrl or SlugInUse.
    """
    if rule not in RULES:
        raise NoSuchRule
    slug = _checked_slug(word) if word else _slug(name)
    publication = Publication(
        slug=slug,
        own_url=_free_url(session, slug),
        name=_checked("name", name),
        sender_name=_checked("sender_name", name),
        sender_address=normalise(sender_address),
        postal_address=_checked("postal_address", postal_address) if postal_address else "",
        cadence=_checked("cadence", cadence),
        rule=rule,
    )
    return add_and_flush(session, publication)


def _checked(column: str, value: str) -> str:
    """Return a value as its setting keeps it. Raises Refused."""
    return str(PREFERENCES[column].check(value))


def _free_url(session: Session, slug: str) -> str:
    """Return where a new publication's pages are. Raises BadOwnUrl or SlugInUse."""
    slugs = [other.slug for other in all_publications(session)]
    if not slugs:
        return ""
    if slug in slugs:
        raise SlugInUse
    # Only a path is asked for here, so the installation's own host does not matter.
    url = read_own_url(f"/{slug}", "")
    require_free(session, url)
    return url


def _checked_slug(word: str) -> str:
    """Return a slug that somebody chose. Raises BadSlug."""
    if slug(word) != word or len(word) > SLUG_CHARS:
        raise BadSlug
    return word


def _slug(name: str) -> str:
    """Return the words of a name for an address; raises NoName."""
    words = slug(name)
    if not words:
        raise NoName
    return words[:SLUG_CHARS].rstrip("-")
