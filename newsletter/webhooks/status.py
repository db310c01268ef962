"""Pure. The statuses of a call and a webhook, the moves between them, and when to try again."""

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
ENDED = ("accepted", "expired")
WEBHOOK = Moves(
    "webhook",
    {"active": frozenset({"disabled"}), "disabled": frozenset({"active"})},
)
# Minutes after the first attempt, the second, …: two days in all.
WAITS = tuple(timedelta(minutes=wait) for wait in (1, 5, 30, 120, 360, 720, 1440))
TIMED_OUT = 408
TOO_MANY = 429


def next_attempt_at(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many attempts, or None to give up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_away(code: int | None) -> bool:
    """True if the receiver itself is in trouble, not this one call.

    It gave no answer, 408, 429 or 5xx: its other calls need not be tried now.
    """
    return code is None or code in (TIMED_OUT, TOO_MANY) or code >= 500
