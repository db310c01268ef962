"""Pure. When a deferred letter is offered again.

RFC 5321, 4.5.4.1: give up after days, not minutes.
"""

from datetime import datetime, timedelta

# Minutes first: a relay that greylists takes the second offer (RFC 6647). Then hours, then days:
# about three days in all.
WAITS_S = (300, 1800, 7200, 14400, 28800, 43200, 86400, 86400)


def next_attempt_at(attempts: int, now: datetime) -> datetime | None:
    """When to offer the letter after `attempts` offers, the first counted; None to give up."""
    if not 1 <= attempts <= len(WAITS_S):
        return None
    return now + timedelta(seconds=WAITS_S[attempts - 1])
