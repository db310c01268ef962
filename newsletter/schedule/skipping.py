"""Skipped dates of a publication: added, removed, or read from a calendar file.

Each change says what it does to the next issue, as other changes of the cadence do. The articles of
a skipped date wait: the next issue's window begins where that of the last sent one ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.cadence.holidays import read_holidays
from newsletter.cadence.skips import SkippedDates, lines_of, read_skips, sorted_skips, without_past
from newsletter.errors import NotFound
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication_to_change
from newsletter.schedule.changing import change_preferences


class NoSuchSkip(NotFound):
    """No skipped dates begin on that day."""

    hint = "`newsletter publication skip list` shows those there are."


@dataclass(frozen=True, slots=True)
class ImportedHolidays:
    """How many dates and spans of a calendar are skipped, what was left out, and what that does."""

    count: int
    left_out: Sequence[str]
    effects: Sequence[str]


def add(
    session: Session,
    publication_id: int,
    skips: Iterable[SkippedDates],
    now: datetime,
) -> Sequence[str]:
    """Skip more dates; returns what that does to the next issues. Raises Refused."""
    publication = read_publication_to_change(session, publication_id)
    return _keep(session, publication, [*_kept(publication, now), *skips], now)


def remove(
    session: Session,
    publication_id: int,
    first: str,
    now: datetime,
) -> Sequence[str]:
    """Skip no more what begins on that day; returns what that does. Raises NoSuchSkip."""
    publication = read_publication_to_change(session, publication_id)
    kept = read_skips(publication.skipped)
    left = [skip for skip in kept if skip.first.isoformat() != first.strip()]
    if len(left) == len(kept):
        raise NoSuchSkip
    return _keep(session, publication, left, now)


def add_holidays(
    session: Session,
    publication_id: int,
    content: bytes,
    now: datetime,
) -> ImportedHolidays:
    """Skip the holidays of a calendar file. Raises Refused: then none of them is skipped."""
    publication = read_publication_to_change(session, publication_id)
    holidays = read_holidays(content, now.astimezone(publication.zone).date())
    skips = [*_kept(publication, now), *holidays.skips]
    effects = _keep(session, publication, skips, now)
    return ImportedHolidays(len(holidays.skips), holidays.left_out, effects)


def _kept(
    publication: Publication,
    now: datetime,
) -> Sequence[SkippedDates]:
    """Return what is skipped already, without what is over for a month."""
    today = now.astimezone(publication.zone).date()
    return without_past(read_skips(publication.skipped), today)


def _keep(
    session: Session,
    publication: Publication,
    skips: Iterable[SkippedDates],
    now: datetime,
) -> Sequence[str]:
    changes = {"skipped": lines_of(sorted_skips(skips))}
    return change_preferences(session, publication.key, changes, now)
