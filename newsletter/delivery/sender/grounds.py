"""Pure. Why a reader gets a letter, in the words of its foot.

The sentence of an edition is "You receive this because REASON ADDRESS for NAME SINCE." Its ends are
said here. They are few in a delivery, so they are remembered, and each letter only looks them up.
Days are those of the publication's time zone.
"""

from collections.abc import Mapping
from datetime import UTC, date, time, tzinfo
from functools import lru_cache
from typing import NamedTuple

from newsletter.delivery.claiming import Recipient

MOST_REMEMBERED = 4096  # days on which people confirmed or joined
UNKNOWN_DAY = "since a day that was not kept"


class ListImported(NamedTuple):
    """An import as its people's letters tell of it: the day, and where they had signed up."""

    on: date
    source: str


class Ground(NamedTuple):
    """Why a reader gets a letter: the words before the address, and those that end the sentence."""

    reason: str
    since: str


def ground_of(
    recipient: Recipient,
    imports: Mapping[int, ListImported],
    zone: tzinfo = UTC,
) -> Ground:
    """Return why a recipient gets a letter."""
    imported = imports.get(recipient.import_id) if recipient.import_id else None
    return _ground(recipient.agreed_by, _day(recipient, zone), imported)


def _day(recipient: Recipient, zone: tzinfo) -> date | None:
    at = recipient.confirmed_at
    # A list mostly names days, kept as their midnight in UTC: elsewhere they would be others.
    if at is None or (recipient.agreed_by == "import" and at.time() == time()):
        return at and at.date()
    return at.astimezone(zone).date()


@lru_cache(MOST_REMEMBERED)
def _ground(
    agreed_by: str,
    day: date | None,
    imported: ListImported | None,
) -> Ground:
    if agreed_by == "import":
        return Ground("the publisher imported", _since_import(day, imported))
    if agreed_by == "vouch":
        # The program gave the words of the consent: they are in its record.
        return Ground("the publisher entered", f"{_on(day)}, by a consent given elsewhere")
    if agreed_by == "move":
        # Not when they confirmed, nor with which list they came: that was another address.
        return Ground("you chose", _on(day) if day else "lately")
    return Ground("you confirmed", _on(day))


def _since_import(day: date | None, imported: ListImported | None) -> str:
    """Say when a list came, where its people had signed up, and since when they are on it."""
    if imported is None:  # its record is gone
        return f"with a list, {_on(day)}"
    known = f"on {spell_day(imported.on)}"
    if imported.source:
        known += f" from: {imported.source}"
    # A day that the file did not tell is kept as the day of the import.
    if day is None or day >= imported.on:
        return known
    return f"{known}, subscribed there since {spell_day(day)}"


def _on(day: date | None) -> str:
    return f"on {spell_day(day)}" if day else UNKNOWN_DAY


def spell_day(day: date) -> str:
    """Return a day as letters say it: 7 May 2026."""
    return f"{day.day} {day:%B %Y}"
