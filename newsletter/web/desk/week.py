"""This week: what goes out when, and what must be done before."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.progress import read_progress
from newsletter.delivery.reading import delivery_of_issue, unfinished_deliveries
from newsletter.editions.checks import check_edition
from newsletter.editions.printing import preview
from newsletter.gathering.sources import all_with_health
from newsletter.issues.models import Issue
from newsletter.issues.reading import all_issues, current_issue, read_blocks, read_issue
from newsletter.schedule.cadence import next_due, parse
from newsletter.tools import submissions
from newsletter.web.rendering import show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep
from subscribers.audiences.evaluating import count_by_status

pages = APIRouter()


@pages.get("/desk")
def week(
    editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, session: Reading
) -> Response:
    key, now = publication.key, runtime.clock.now()
    issue = current_issue(session, key)
    shown = read_blocks(session, issue.key) if issue else []
    checks = check_edition(*preview(session, issue.key, runtime.urls)) if issue and shown else ()
    return show(
        "desk/week.html",
        editor=editor,
        publication=publication,
        issue=issue,
        best=current_issue(session, key, "monthly"),
        blocks=shown,
        checks=checks,
        due_at=issue.due_at if issue else next_due(parse(publication.cadence), now),
        counts=count_by_status(session, key),
        tools_waiting=submissions.count_by_status(session, key).get("waiting", 0),
        sources=all_with_health(session, key, now),
        going=[
            (read_issue(session, one.issue_id), read_progress(session, one.key, now))
            for one in unfinished_deliveries(session, key)
        ],
        past=[
            (one, accounts(session, one))
            for one in all_issues(session, key)[:5]
            if one.status == "sent"
        ],
    )


@pages.get("/desk/issues")
def issues(editor: EditorDep, publication: PublicationDep, session: Reading) -> Response:
    rows = [(issue, accounts(session, issue)) for issue in all_issues(session, publication.key)]
    return show("desk/issues.html", editor=editor, publication=publication, rows=rows)


def accounts(session: Session, issue: Issue) -> Ledger | None:
    """The account of an issue's delivery, if it has one."""
    delivery = delivery_of_issue(session, issue.key)
    return read_ledger(session, delivery.key) if delivery else None
