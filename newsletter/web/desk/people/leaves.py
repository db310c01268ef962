"""Leaves at the desk: by issue, way and reason; and those that a scanner may have made, for a decision."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from newsletter.issues.reading import all_issues
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from subscribers.leaving import reports, unsubscribing

pages = APIRouter(prefix="/desk/leaves")
MOST = 50


@pages.get("")
def leaves(editor: EditorDep, publication: PublicationDep, session: Reading) -> Response:
    key = publication.key
    return show(
        "desk/leaves.html",
        editor=editor,
        publication=publication,
        issues={issue.id: issue for issue in all_issues(session, key)},
        rows=reports.leaves_by_issue(session, key, MOST),
        reasons=reports.count_reasons(session, key),
        words=reports.latest_words(session, key, 10),
        doubts=reports.doubtful_leaves(session, key, MOST),
    )


@pages.post("/{leave_id}")
def decide(
    leave_id: int,
    _: EditorDep,
    runtime: RuntimeDep,
    session: Writing,
    what: Annotated[str, Form()] = "",
) -> Response:
    """A reader's wish is obeyed; what a scanner pressed is not, or is taken back."""
    now, one = runtime.clock.now(), unsubscribing.read_leave(session, leave_id)
    if one.status == "obeyed":
        unsubscribing.undo_leave(session, one.subscription_id or 0, now)
    else:
        unsubscribing.decide_leave(session, leave_id, obey=what == "leave", now=now)
    return go_to("/desk/leaves")
