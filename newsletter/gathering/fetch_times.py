"""Pure. How long to leave a source alone: after a success, after failures, and when its host asks for it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

EVERY = timedelta(minutes=30)  # a source that is well
LONGEST = timedelta(
    hours=24
)  # a source that fails, or asks to be left alone, is looked at once a day all the same
DOUBLINGS = 6


def back_off(failures: int, source_id: int) -> timedelta:
    """Return the wait after so many failures in a row: half an hour, doubled each time, a day at most.

    Each source has its own fixed deviation of up to a seventh, so that those that failed together do not come back together.
    """
    share = int.from_bytes(sha256(f"{source_id}/{failures}".encode()).digest()[:4]) / 2**32
    wait = EVERY * (1 << min(max(failures, 1) - 1, DOUBLINGS))
    return min(LONGEST, wait) * (6 + 2 * share) / 7


def wait_asked_for(retry_after: str, now: datetime) -> timedelta | None:
    """Read a Retry-After (RFC 9110, 10.2.3): seconds or an HTTP date; a day at most. None if it asks for nothing we can read."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST, timedelta(seconds=int(text[:9])))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(LONGEST, wait) if wait > timedelta() else None
