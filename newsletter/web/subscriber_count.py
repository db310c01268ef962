"""How many read along, as sign-up blocks show it: rounded down, as the publication likes."""

from functools import lru_cache

from newsletter.database import Database
from newsletter.publications.models import Publication
from newsletter.publications.public_count import public_count
from newsletter.runtime import Runtime
from newsletter.web.caching import period
from subscribers.kept.counting import count_active

LOOKED_EVERY_S = 600  # how old the number may be


def readers(runtime: Runtime, publication: Publication) -> str:
    """Return the words: "80,000+", or "" where there is nothing to boast of."""
    when = period(runtime.clock.now(), LOOKED_EVERY_S)
    return public_count(publication, _active(runtime.database, publication.key, when))


@lru_cache(maxsize=16)
def _active(database: Database, publication_id: int, _when: int) -> int:
    return database.read(count_active, publication_id)
