"""Pure. What is due for one publication now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Step = Literal["wait", "send", "hold", "skip", "hold late"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the issue of the coming deadline stands, and the publication's rule for it."""

    status: str
    due_at: datetime
    rule: str
    late_hours: int


def propose_is_due(due_at: datetime, propose_hours: int, now: datetime) -> bool:
    """True from `propose_hours` before the deadline on."""
    return now >= due_at - timedelta(hours=propose_hours)


def step(standing: Standing, now: datetime) -> Step:
    """What to do with an issue at `now`: an approval sends, a hold waits, else the rule decides at the deadline."""
    if now < standing.due_at or standing.status not in ("proposed", "approved"):
        return "wait"
    if now - standing.due_at > timedelta(hours=standing.late_hours):
        return "hold late"
    if standing.status == "approved":
        return "send"
    return {"send": "send", "hold": "hold", "skip": "skip"}[standing.rule]  # type: ignore[return-value]  # the three rules
