"""Another time for an issue: an editor moves it, before its approval or after.

It goes on standing for its own deadline, so no second issue comes in its place.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.issues import approval
from newsletter.issues.models import Issue
from newsletter.issues.reading import OPEN, read_issue_to_change
from newsletter.publications.reading import read_publication

FARTHEST = timedelta(days=366)


class NoTimeToSet(Conflict):
    """This issue is sent or skipped, so no other time can be set for it."""


class PastTime(Refused):
    """That time is over. Choose a later one, or `now` for an approved issue."""


class TooFarAway(Refused):
    """That is more than a year ahead. Choose an earlier time."""


class NotApprovedYet(Refused):
    """Only an approved issue can go out now: approve it first."""


@dataclass(frozen=True, slots=True)
class MovedIssue:
    """An issue with its new time, and the one before; `withdrawn`: its approval had to go."""

    issue: Issue
    before: datetime
    withdrawn: bool


def set_time(
    session: Session,
    issue_id: int,
    at: datetime,
    *,
    now: datetime,
) -> MovedIssue:
    """Let an open issue go out at another time; at `now` only if it is approved.

    On another day the letter has another date, and is not what was approved: then the approval is
    withdrawn. Raises NoTimeToSet, PastTime, TooFarAway or NotApprovedYet.
    """
    issue = read_issue_to_change(session, issue_id)
    if issue.status not in OPEN:
        raise NoTimeToSet
    check_time(at, now)
    if at == now and issue.status != "approved":
        raise NotApprovedYet
    before = issue.due_at
    zone = read_publication(session, issue.publication_id).zone
    # At once goes out what was approved, byte for byte.
    is_other_letter = at != now and not _is_same_day(before, at, zone)
    withdrawn = issue.status == "approved" and is_other_letter
    if withdrawn:
        approval.withdraw(session, issue_id, now)
    issue.due_at = at
    # The letter shows the day: what an editor looked at before is not what would go out.
    issue.version += 1
    session.flush()
    return MovedIssue(issue, before, withdrawn)


def check_time(at: datetime, now: datetime) -> None:
    """Raise PastTime or TooFarAway."""
    if at < now:
        raise PastTime
    if at > now + FARTHEST:
        raise TooFarAway


def _is_same_day(
    first: datetime,
    second: datetime,
    zone: ZoneInfo,
) -> bool:
    return first.astimezone(zone).date() == second.astimezone(zone).date()
