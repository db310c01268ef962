"""Changing preferences from the desk or the terminal, with what it does to the next issues."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from newsletter.cadence.dates import check_comes
from newsletter.issues.models import Issue
from newsletter.publications import preferences
from newsletter.publications.dates import cadence_in
from newsletter.publications.fields.table import PREFERENCES
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication, read_publication_to_change
from newsletter.schedule.effects import KnownIssue, effects_of

WEEKS = timedelta(weeks=2)  # the issues of this week count, also when they went out


def foresee(
    session: Session,
    publication_id: int,
    changes: Mapping[str, object],
    now: datetime,
) -> Sequence[str]:
    """Say what changes would do to the next issues; nothing is changed. Raises Refused."""
    publication = read_publication(session, publication_id)
    checked = {name: PREFERENCES[name].check(value) for name, value in changes.items()}
    before = preferences.values_of(publication)
    after = {**before, **checked}
    if checked.keys() & {"cadence", "skipped"}:
        check_comes(cadence_in(after), now)
    issues = _known_issues(session, publication, now)
    return effects_of(before, after, issues, now)


def change_preferences(
    session: Session,
    publication_id: int,
    changes: Mapping[str, object],
    now: datetime,
) -> Sequence[str]:
    """Change preferences, and say what that does to the next issues. Raises Refused."""
    # Locked: a deadline is decided by one cadence and one rule, the old or the new.
    read_publication_to_change(session, publication_id)
    effects = foresee(session, publication_id, changes, now)
    preferences.change(session, publication_id, **changes)
    return effects


def _known_issues(
    session: Session,
    publication: Publication,
    now: datetime,
) -> Sequence[KnownIssue]:
    """Return the issues that are open, and those of the last days and the days to come."""
    rows = session.exec(
        select(Issue)
        .filter_by(publication_id=publication.key, frequency="every")
        .where(col(Issue.due_at) > now - WEEKS)
        .order_by(col(Issue.number))
    )
    return [_known(issue) for issue in rows]


def _known(issue: Issue) -> KnownIssue:
    return KnownIssue(
        issue.number,
        issue.status,
        issue.due_at,
        issue.deadline_at,
    )
