"""An issue at another time, and an extra issue: made, and what that does said in sentences."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.cadence.moments import read_moment
from newsletter.issues.beside.extra import ExtraOrder, make_extra
from newsletter.issues.beside.timing import MovedIssue, set_time
from newsletter.issues.models import Issue
from newsletter.issues.reading import read_issue
from newsletter.publications.dates import cadence_of
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication, read_publication_to_change
from newsletter.tracking.interest import clicks_by_source
from newsletter.urls import Urls

HELD = "it is held"
SKIPPED = "it is skipped"
FATES = {"send": "it is sent, unless a check blocks it", "hold": HELD, "skip": SKIPPED}
FATES_OF_EXTRA = {"send": HELD, "hold": HELD, "skip": SKIPPED}


def move_issue(
    session: Session,
    issue_id: int,
    text: str,
    now: datetime,
) -> Sequence[str]:
    """Let an issue go out at the time that a text names; returns what that does.

    Raises BadMoment, and what `set_time` raises.
    """
    publication_id = read_issue(session, issue_id).publication_id
    # Locked like a deadline's decision: the issue is either sent at its old time, or moved.
    publication = read_publication_to_change(session, publication_id)
    at = read_moment(text, publication.zone, now)
    moved = set_time(session, issue_id, at, now=now)
    return list(_on_move(publication, moved, now))


def order_extra(
    session: Session,
    publication_id: int,
    order: ExtraOrder,
    urls: Urls,
    now: datetime,
) -> tuple[Issue, Sequence[str]]:
    """Make an extra issue; returns it, and what becomes of it and of the next issue."""
    publication = read_publication(session, publication_id)
    clicks = clicks_by_source(session, publication_id, urls, now)
    issue = make_extra(session, publication_id, order, now, clicks=clicks)
    return issue, list(_on_extra(publication, issue, now))


def _on_move(
    publication: Publication,
    moved: MovedIssue,
    now: datetime,
) -> Iterator[str]:
    issue = moved.issue
    if issue.due_at == now:
        yield f"Issue {issue.number} goes out now."
    else:
        before = words_of_time(publication, moved.before)
        after = words_of_time(publication, issue.due_at)
        yield f"Issue {issue.number} goes out {after} instead of {before}."
        yield from _on_approval(publication, issue, moved.withdrawn)
    yield from _on_next(publication, issue, now)


def _on_extra(
    publication: Publication,
    issue: Issue,
    now: datetime,
) -> Iterator[str]:
    at = words_of_time(publication, issue.due_at)
    yield f"Extra issue {issue.number} is made; it goes out {at}."
    yield from _on_approval(publication, issue, withdrawn=False)
    yield from _on_next(publication, issue, now)


def _on_approval(
    publication: Publication,
    issue: Issue,
    withdrawn: bool,
) -> Iterator[str]:
    if withdrawn:
        yield "The letter shows the day, so its approval was withdrawn: look at it and approve it."
    if issue.status == "held":
        yield "It is held: release it, and approve it by then."
    elif issue.status == "proposed":
        fates = FATES_OF_EXTRA if issue.is_extra else FATES
        yield f"If nobody approves it by then, {fates[publication.rule]}."


def _on_next(
    publication: Publication,
    issue: Issue,
    now: datetime,
) -> Iterator[str]:
    """Say what becomes of the next date of the cadence."""
    cadence = cadence_of(publication)
    stands_for = issue.deadline_at
    following = next_due(cadence, max(stands_for or now, now))
    words = words_of_time(publication, following)
    if stands_for is None:
        yield f"It takes no issue's place: the next date stays {words}."
        return
    yield (
        f"It still stands for {words_of_time(publication, stands_for)}; the next date after that "
        f"stays {words}."
    )
    if issue.due_at >= following:
        yield "That one comes first, with what is gathered until then."


def words_of_time(publication: Publication, at: datetime) -> str:
    """Say a time where the publication is: "Tuesday 1 December, 09:00 (Europe/Berlin)"."""
    zone = publication.zone
    return f"{at.astimezone(zone):%A %-d %B, %H:%M} ({zone.key})"
