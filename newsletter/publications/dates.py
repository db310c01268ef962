"""When a publication comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from newsletter.cadence.dates import Cadence
from newsletter.cadence.reading import parse
from newsletter.cadence.skips import read_skips
from newsletter.publications.models import Publication


def cadence_of(publication: Publication) -> Cadence:
    """Return when a publication comes out, without the dates that it skips."""
    return _cadence(publication.cadence, publication.skipped)


def cadence_in(
    values: Mapping[str, object],
) -> Cadence:
    """Return when a publication with these values of its columns comes out. Raises Refused."""
    skipped = values.get("skipped")
    return _cadence(str(values["cadence"]), skipped if isinstance(skipped, list) else ())


def _cadence(
    text: str,
    skipped: Sequence[str],
) -> Cadence:
    return replace(parse(text), skips=read_skips(skipped))
