"""This week: what goes out when, and what must be done before."""

from collections.abc import Sequence

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.delivery.ledger import Ledger, ledger_of, read_ledger
from newsletter.delivery.planning import count_reach
from newsletter.delivery.progress import Progress, read_progress
from newsletter.delivery.reading import (
    deliveries_of_issues,
    delivery_of_issue,
    unfinished_deliveries,
)
from newsletter.editions.checks import Check, check_edition
from newsletter.editions.printing import preview
from newsletter.gathering.sources import all_with_health
from newsletter.intake import quarantine
from newsletter.issues.models import Issue
from newsletter.issues.reading import (
    all_issues,
    current_issue,
    latest_issues,
    open_extras,
    read_blocks,
    read_issue,
)
from newsletter.publications.dates import cadence_of
from newsletter.schedule.standing import issue_standing_for, next_free
from newsletter.tools import submissions
from newsletter.web.desk.desk import TO_LOOK, Desk, DeskDep
from newsletter.web.desk.start.steps import next_step
from newsletter.web.requests import GatheringsDep, Reading
from subscribers.kept.counting import count_by_status

pages = APIRouter()
Account = tuple[Issue, Ledger | None]  # None: it was not sent yet
LATEST = 5  # issues among which those that were sent are shown


@pages.get("/desk", dependencies=TO_LOOK)
def week(
    desk: DeskDep,
    session: Reading,
    gatherings: GatheringsDep,
    done: str = "",
) -> Response:
    issue = current_issue(session, desk.key)
    blocks = read_blocks(session, issue.key) if issue else []
    return desk.show(
        "desk/week.html",
        issue=issue,
        done=done,
        # The best of the month is an issue of its own, for readers who want nothing else.
        best=current_issue(session, desk.key, "monthly"),
        blocks=blocks,
        # An issue without blocks is empty, not wrong: the page says so itself.
        checks=_read_checks(session, desk, issue) if issue and blocks else (),
        is_checked=bool(blocks),
        due_at=issue.due_at if issue else next_free(session, desk.publication, desk.now()),
        counts=count_by_status(session, desk.key),
        reach=count_reach(session, desk.publication, issue, desk.now()),
        sent=None if issue else _read_served(session, desk),
        extras=open_extras(session, desk.key),
        tools_waiting=_count_tools(session, desk),
        sources=all_with_health(session, desk.key, desk.now()),
        gathering=gatherings.latest(desk.key),
        going=_read_going(session, desk),
        past=_read_sent(session, desk),
        is_quarantine_full=_is_quarantine_full(session, desk),
        next_step=next_step(session, desk),
    )


def _count_tools(
    session: Session,
    desk: Desk,
) -> int:
    """How many tools wait for an editor."""
    return submissions.count_by_status(session, desk.key).get("waiting", 0)


def _is_quarantine_full(
    session: Session,
    desk: Desk,
) -> bool:
    counts = quarantine.count_by_status(session, desk.key)
    return quarantine.is_full(counts.get("waiting", 0))


@pages.get("/desk/issues", dependencies=TO_LOOK)
def issues(
    desk: DeskDep,
    session: Reading,
) -> Response:
    rows = _with_accounts(session, all_issues(session, desk.key))
    return desk.show("desk/issues.html", rows=rows)


def read_account(
    session: Session,
    issue: Issue,
) -> Ledger | None:
    """The account of an issue's delivery; None if it has none yet."""
    delivery = delivery_of_issue(session, issue.key)
    return read_ledger(session, delivery.key) if delivery else None


def _read_served(session: Session, desk: Desk) -> Issue | None:
    """The issue that stands for the coming deadline already, as after an early send."""
    due_at = next_due(cadence_of(desk.publication), desk.now())
    return issue_standing_for(session, desk.publication, due_at)


def _read_checks(
    session: Session,
    desk: Desk,
    issue: Issue,
) -> Sequence[Check]:
    # Printed for this page alone; approving prints and checks again.
    return check_edition(*preview(session, issue.key, desk.urls))


def _read_going(
    session: Session,
    desk: Desk,
) -> list[tuple[Issue, Progress]]:
    """Each issue that is on its way, and how far it is."""
    now = desk.now()
    return [
        (read_issue(session, delivery.issue_id), read_progress(session, delivery.key, now))
        for delivery in unfinished_deliveries(session, desk.key)
    ]


def _read_sent(
    session: Session,
    desk: Desk,
) -> list[Account]:
    """The latest issues that were sent, each with the account of its delivery."""
    return _with_accounts(
        session,
        [issue for issue in latest_issues(session, desk.key, LATEST) if issue.status == "sent"],
    )


def _with_accounts(session: Session, issues: Sequence[Issue]) -> list[Account]:
    deliveries = deliveries_of_issues(session, [issue.key for issue in issues])
    ledgers = {key: ledger_of(session, delivery) for key, delivery in deliveries.items()}
    return [(issue, ledgers.get(issue.key)) for issue in issues]
