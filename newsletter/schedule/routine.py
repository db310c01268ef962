"""Pure. What is due for one publication now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Step = Literal["wait", "send", "hold", "skip", "hold late"]
RULES: Mapping[str, Step] = {"send": "send", "hold": "hold", "skip": "skip"}
DAILY_HOUR = 4  # local: the day before is over for its readers, and no issue goes out


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where the issue of the coming deadline stands, and the publication's rule for it."""

    status: str
    due_at: datetime
    rule: str
    late_hours: int


def propose_is_due(
    due_at: datetime,
    propose_hours: int,
    now: datetime,
) -> bool:
    """True from `propose_hours` before the deadline on."""
    return now >= due_at - timedelta(hours=propose_hours)


def day_of_routine(zone: ZoneInfo, now: datetime) -> date:
    """Return the day whose routine is due: a day begins at four in the morning of `zone`."""
    local = now.astimezone(zone)
    return local.date() if local.hour >= DAILY_HOUR else local.date() - timedelta(days=1)


def step(deadline: Deadline, now: datetime) -> Step:
    """Decide about an issue at `now`: an approval sends, else the rule decides at the deadline."""
    if now < deadline.due_at or deadline.status not in ("proposed", "approved"):
        return "wait"
    if now - deadline.due_at > timedelta(hours=deadline.late_hours):
        return "hold late"
    if deadline.status == "approved":
        return "send"
    return RULES[deadline.rule]
