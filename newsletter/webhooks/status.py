"""Pure. Where a call and a webhook stand, the only moves they may make, and when a call is tried again."""

from datetime import datetime, timedelta

from newsletter.moves import Moves

CALL = Moves(
    "call",
    {
        "waiting": frozenset({"accepted", "expired"}),
        "accepted": frozenset({"waiting"}),  # an editor sends it again
        "expired": frozenset({"waiting"}),
    },
)
WEBHOOK = Moves("webhook", {"active": frozenset({"disabled"}), "disabled": frozenset({"active"})})
WAITS = tuple(
    timedelta(minutes=one) for one in (1, 5, 30, 120, 360, 720, 1440)
)  # after the first attempt, the second, …: two days


def next_attempt_at(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts, or None to give up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_away(code: int | None) -> bool:
    """True if the receiver itself is in trouble (no answer, 408, 429, 5xx), not this one call: the others need not be tried now."""
    return code is None or code in (408, 429) or code >= 500
