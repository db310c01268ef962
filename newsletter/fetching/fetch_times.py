"""Pure. How long to leave a source alone: after success, after failures, when its host asks."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

from newsletter.text import is_number

EVERY = timedelta(minutes=30)  # a source that is well
# Who fails, or asks to be left alone, is asked once a day all the same: else it never comes back.
LONGEST = timedelta(hours=24)
DOUBLINGS = 6
MOST_DIGITS = 9  # of seconds: a host may send any number, and a timedelta cannot hold it


def back_off(failures: int, source_id: int) -> timedelta:
    """Return the wait after so many failures in a row.

    It is half an hour, doubled by each further failure, and a day at most. Each source has its own
    fixed deviation of up to a seventh, so that those that failed together do not come back
    together.
    """
    wait = EVERY * (1 << min(max(failures, 1) - 1, DOUBLINGS))
    return min(LONGEST, wait) * (6 + 2 * _share_of(failures, source_id)) / 7


def _share_of(failures: int, source_id: int) -> float:
    """Return a number from 0 to 1, spread evenly over sources and counts."""
    # A hash, not a random number: the same source at the same count always waits as long.
    digest = sha256(f"{source_id}/{failures}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def wait_asked_for(retry_after: str, now: datetime) -> timedelta | None:
    """Read a Retry-After (RFC 9110, 10.2.3): seconds or an HTTP date; a day at most.

    None if it asks for nothing that we can read.
    """
    text = retry_after.strip()
    if is_number(text):
        return min(LONGEST, timedelta(seconds=int(text[:MOST_DIGITS])))
    until = _read_date(text)
    if until is None or until <= now:
        return None
    return min(LONGEST, until - now)


def _read_date(text: str) -> datetime | None:
    """Read an HTTP date (RFC 9110, 5.6.7); None if it is none."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # A date with the zone -0000 comes back without one (RFC 5322, 3.3).
    return date if date.tzinfo else date.replace(tzinfo=UTC)
