"""Pure. Which dates of a document are believed, and when an item counts as published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from newsletter.formats.found import Found

# Clocks are wrong and days begin earlier in the east. What is dated later announces an event.
AHEAD = timedelta(days=2)
OF_A_BUILD = 4  # items that have one and the same second for their date


def believed(found: Sequence[Found]) -> Sequence[Found]:
    """Return the items without their dates where these say only when the document was made.

    Nobody writes several articles in one second. A day without a time has no second.
    """
    dates = {item.published_at for item in found}
    at = dates.pop() if len(dates) == 1 else None
    if at is None or len(found) < OF_A_BUILD or not (at.second or at.minute):
        return found
    return [replace(item, published_at=None) for item in found]


def published_at(item: Found, now: datetime) -> datetime:
    """Return the date by which an item is news.

    One without a date, or a little ahead, counts as published now. What is announced for a later
    day waits for it.
    """
    at = item.published_at
    if at is None or now < at <= now + AHEAD:
        return now
    return at
