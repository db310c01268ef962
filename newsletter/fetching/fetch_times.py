"""Pure. How long to leave a source alone: after success, after failures, when its host asks."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

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
    # A hash, not a random number: the same source at the same count always waits as long.
    digest = sha256(f"{source_id}/{failures}".encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    wait = EVERY * (1 << min(max(failures, 1) - 1, DOUBLINGS))
    return min(LONGEST, wait) * (6 + 2 * share) / 7


def wait_asked_for(retry_after: str, now: datetime) -> timedelta | None:
    """Read a Retry-After (RFC 9110, 10.2.3): seconds or an HTTP date; a day at most.

    None if it asks for nothing that we can read.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST, timedelta(seconds=int(text[:MOST_DIGITS])))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # A date with the zone -0000 comes back without one (RFC 5322, 3.3).
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(LONGEST, wait) if wait > timedelta() else None
