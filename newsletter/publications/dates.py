"""When a publication comes out."""

from newsletter.cadence.dates import Cadence
from newsletter.cadence.reading import parse
from newsletter.publications.models import Publication


def cadence_of(publication: Publication) -> Cadence:
    """Return when a publication comes out."""
    return parse(publication.cadence)
