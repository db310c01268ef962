"""What a publication lets its readers choose, and how long it remembers who left."""

import re
from collections.abc import Sequence

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.models import Publication

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")
TOPIC_CHARS, MOST_TOPICS = 40, 24


class BadTopics(Refused):
    """Readers may tick up to 24 topics, each of 1 to 40 characters, no two the same."""


class BadDays(Refused):
    """So many days cannot be: 30 or more, or 0 for never."""


class BadOrigin(Refused):
    """An origin is a scheme and a host, without a path: https://blog.example."""


class BadStep(Refused):
    """The number of readers is rounded down to a multiple of this: 1 or more, or 0 for two digits."""


def allow_origins(session: Session, publication_id: int, origins: Sequence[str]) -> None:
    """Let scripts of these sites sign readers up. Raises BadOrigin."""
    bare = [origin.strip().lower().rstrip("/") for origin in origins]
    if not all(ORIGIN.fullmatch(origin) for origin in bare):
        raise BadOrigin
    session.get_one(Publication, publication_id).allowed_origins = list(dict.fromkeys(bare))
    session.flush()


def round_readers(session: Session, publication_id: int, step: int) -> None:
    """Round the number of readers that the sign-up block shows down to a multiple of `step`. Raises BadStep."""
    if step < 0:
        raise BadStep
    session.get_one(Publication, publication_id).readers_step = step
    session.flush()


def said(publication: Publication, count: int) -> str:
    """Say in public how many readers there are, as the publication likes: "80,000+", or "" where there is nothing to boast of."""
    return rounded(count, publication.readers_from, publication.readers_step)


def rounded(count: int, shown_from: int, step: int = 0) -> str:
    """Say a count, never more than there are: 12,345 are "12,000+", or "10,000+" in steps of 5,000.

    Fewer than `shown_from` are "", and all if that is 0. Without a step two digits stay.
    """
    if not shown_from or count < max(shown_from, step, 10):
        return ""
    unit = step or 10 ** (len(str(count)) - 2)
    return f"{count // unit * unit:,}+"


def offer_topics(session: Session, publication_id: int, topics: Sequence[str]) -> None:
    """Let readers tick these topics, in this order; none takes the choice off the page. Raises BadTopics."""
    named = [" ".join(topic.split()) for topic in topics]
    fits = all(1 <= len(topic) <= TOPIC_CHARS for topic in named) and len(
        {topic.casefold() for topic in named}
    ) == len(named)
    if not fits or len(named) > MOST_TOPICS:
        raise BadTopics
    session.get_one(Publication, publication_id).topics = named
    session.flush()


def write_goodbye_letters(session: Session, publication_id: int, wanted: bool) -> None:
    """Write one last letter to who leaves by hand, or none, as most prefer."""
    session.get_one(Publication, publication_id).goodbye = wanted
    session.flush()


def ask_if_useful(session: Session, publication_id: int, wanted: bool) -> None:
    """Ask at the end of each issue whether it was useful, or do not; issues printed from now on."""
    session.get_one(Publication, publication_id).poll = wanted
    session.flush()


def make_monthly(session: Session, publication_id: int, wanted: bool) -> None:
    """Make a best-of each month for the readers who wish for that only, or let them have no letter."""
    session.get_one(Publication, publication_id).monthly = wanted
    session.flush()


def forget_leavers_after(session: Session, publication_id: int, days: int) -> None:
    """Forget who left after so many days; 0 for never. Raises BadDays: an undo must have its time."""
    if days != 0 and days < 30:
        raise BadDays
    session.get_one(Publication, publication_id).forget_leavers_days = days
    session.flush()
