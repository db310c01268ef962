"""How many read along, as the sign-up block says it in public: true, and rounded down as the publication likes."""

from functools import lru_cache

from newsletter.database import Database
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from subscribers.audience import counts

LOOKED_EVERY_S = 600  # how old the number may be


def readers(runtime: Runtime, publication: Publication) -> str:
    """Return the words: "80,000+", or "" where there is nothing to boast of."""
    when = int(runtime.clock.now().timestamp()) // LOOKED_EVERY_S
    count = _active(runtime.database, publication.id or 0, when)
    return rounded(count, publication.readers_from, publication.readers_step)


def rounded(count: int, shown_from: int, step: int = 0) -> str:
    """Say a count, never more than there are: 12,345 are "12,000+", or "10,000+" in steps of 5,000.

    Fewer than `shown_from` are "", and all if that is 0. Without a step two digits stay.
    """
    if not shown_from or count < max(shown_from, step, 10):
        return ""
    unit = step or 10 ** (len(str(count)) - 2)
    return f"{count // unit * unit:,}+"


@lru_cache(maxsize=16)
def _active(database: Database, publication_id: int, _when: int) -> int:
    return database.read(counts, publication_id).get("active", 0)
