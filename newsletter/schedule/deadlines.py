"""Deadlines: issues are proposed ahead of them and refreshed until then; at the deadline the rule decides.

Two schedulers take turns: each locks the publication's row, and the second finds done what the
first did.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.planning import plan
from newsletter.editions.checks import check_edition
from newsletter.editions.printing import preview, print_edition
from newsletter.gathering.models import Source
from newsletter.issues import approval, composing
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.issues.refreshing import refresh
from newsletter.issues.status import ISSUE
from newsletter.publications.models import Publication
from newsletter.schedule.best_of_month import propose_best_of
from newsletter.schedule.cadence import next_due, parse, previous_due
from newsletter.schedule.notices import write_notices
from newsletter.schedule.routine import Deadline, propose_is_due, step
from newsletter.tracking.interest import clicks_by_source
from newsletter.urls import Urls

STANDING_RULE = "the standing rule"
SKIPPED = "Nobody approved it by the deadline, so it was skipped, as the rule says."
UNAPPROVED = "Nobody approved it by the deadline."
MISSED = "The deadline was missed by too much."


def carry_out(session: Session, publication: Publication, urls: Urls, now: datetime) -> list[str]:
    """Propose the issues that are due, and decide about those at their deadline.

    Returns a sentence for each thing done.
    """
    session.get_one(Publication, publication.id, with_for_update=True)
    done = _propose_due(session, publication, urls, now)
    best_of = propose_best_of(session, publication, urls, now)
    if best_of is not None:
        due = best_of.due_at.isoformat()
        done.append(f"issue {best_of.number} {best_of.status}, the best of the month, due {due}")
        _write_proposed(session, publication, best_of, best_of.subject, urls, now)
    for issue in session.exec(_at_deadline(publication.key, now)).all():
        done.extend(_decide(session, publication, issue, urls, now))
    return done


def refresh_open_issues(
    session: Session, publication_id: int, urls: Urls, now: datetime
) -> list[int]:
    """Refresh the proposed issues whose deadline is ahead. Returns the numbers of those that changed."""
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status) == "proposed",
        col(Issue.due_at) > now,
    )
    open_issues = session.exec(query.order_by(col(Issue.id))).all()
    clicks = clicks_by_source(session, publication_id, urls, now)
    return [
        issue.number for issue in open_issues if refresh(session, issue.key, now, clicks=clicks)
    ]


def proposed_issue_ids(session: Session, publication_id: int) -> Sequence[int]:
    """Return the ids of the issues that are proposed, oldest first."""
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id, col(Issue.status) == "proposed"
    )
    return [issue.key for issue in session.exec(query.order_by(col(Issue.id))).all()]


def _propose_due(
    session: Session, publication: Publication, urls: Urls, now: datetime
) -> list[str]:
    done = []
    cadence = parse(publication.cadence)
    # The deadline before may have been missed while nothing ran: its issue still comes, if not too late.
    for due_at in (previous_due(cadence, now), next_due(cadence, now)):
        if not _is_wanted(session, publication, due_at, now):
            continue
        period = due_at.isoformat()
        clicks = clicks_by_source(session, publication.key, urls, now)
        issue = propose(
            session, publication.key, period=period, due_at=due_at, now=now, clicks=clicks
        )
        done.append(f"issue {issue.number} {issue.status}, due {period}")
        _write_proposed(session, publication, issue, issue.note or issue.subject, urls, now)
    return done


def _write_proposed(
    session: Session, publication: Publication, issue: Issue, text: str, urls: Urls, now: datetime
) -> None:
    head = f"Issue {issue.number} is {issue.status}"
    write_notices(session, publication, head, text, urls, now)


def _is_wanted(session: Session, publication: Publication, due_at: datetime, now: datetime) -> bool:
    """True if the issue of that deadline should exist and does not.

    A deadline already past counts only if it was missed by less than the set time, and if the
    publication had begun before it.
    """
    same_period = select(Issue.id).where(
        col(Issue.publication_id) == publication.id, col(Issue.period) == due_at.isoformat()
    )
    if session.exec(same_period).first() is not None:
        return False
    if not propose_is_due(due_at, publication.propose_hours, now):
        return False
    if due_at > now:
        return True
    if now - due_at > timedelta(hours=publication.late_hours):
        return False
    return _has_gathered(session, publication) and _had_begun(session, publication, due_at)


def _has_gathered(session: Session, publication: Publication) -> bool:
    earliest = select(func.min(Source.succeeded_at)).where(
        col(Source.publication_id) == publication.id
    )
    return session.exec(earliest).one() is not None


def _had_begun(session: Session, publication: Publication, due_at: datetime) -> bool:
    earlier = select(Issue.id).where(
        col(Issue.publication_id) == publication.id, col(Issue.due_at) < due_at
    )
    return session.exec(earlier.limit(1)).first() is not None


def _at_deadline(publication_id: int, now: datetime) -> SelectOfScalar[Issue]:
    """The issues that wait for a decision at their deadline, locked, the oldest first."""
    query = select(Issue).where(
        col(Issue.publication_id) == publication_id,
        col(Issue.status).in_(("proposed", "approved")),
        col(Issue.due_at) <= now,
    )
    return query.order_by(col(Issue.id)).with_for_update()


def _decide(
    session: Session, publication: Publication, issue: Issue, urls: Urls, now: datetime
) -> list[str]:
    """Send, skip or hold one issue at its deadline; editors get a notice unless it goes out."""
    deadline = Deadline(issue.status, issue.due_at, publication.rule, publication.late_hours)
    decision = step(deadline, now)
    if decision == "wait":
        return []
    if decision == "send" and issue.status == "proposed":
        decision = "send" if _approve_by_rule(session, issue, urls, now) else "hold"
    if decision == "send":
        plan(session, issue.key, now)
        return [f"issue {issue.number} goes out"]
    if decision == "skip":
        issue.status = ISSUE.to(issue.status, "skipped")
        issue.note = SKIPPED
    else:
        reason = MISSED if decision == "hold late" else issue.note or UNAPPROVED
        composing.hold(session, issue.key, f"{reason} It waits for an editor.")
    _write_proposed(session, publication, issue, issue.note, urls, now)
    return [f"issue {issue.number} {issue.status}: {issue.note}"]


def _approve_by_rule(session: Session, issue: Issue, urls: Urls, now: datetime) -> bool:
    """Print and approve by the standing rule. False if a check blocks; the issue's note says which."""
    content, printed = preview(session, issue.key, urls)
    blocking = [
        found.message for found in check_edition(content, printed) if found.level == "block"
    ]
    if blocking:
        issue.note = "A check blocks it: " + " ".join(blocking)
        return False
    edition = print_edition(session, issue.key, urls, now)
    approval.approve(session, issue.key, edition.checksum, by=STANDING_RULE, now=now)
    return True
