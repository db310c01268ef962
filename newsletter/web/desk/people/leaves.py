"""Leaves at the desk: by issue, way and reason.

Those that a scanner may have made wait here for a decision.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from newsletter.issues.reading import all_issues
from newsletter.web.desk.desk import TO_CHANGE_READERS, TO_SEE_ADDRESSES, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing
from subscribers.leaving import reports, unsubscribing

pages = APIRouter(prefix="/desk/leaves")
MOST = 50  # issues on the page, and leaves in doubt
WORDS_SHOWN = 10


class LeaveForm(BaseModel):
    """What the editor takes it for: "leave" is a reader's wish, anything else a scanner's visit."""

    decision: str = ""


LeaveFormDep = Annotated[LeaveForm, Form()]


@pages.get("", dependencies=TO_SEE_ADDRESSES)
def leaves(desk: DeskDep, session: Reading) -> Response:
    return desk.show(
        "desk/leaves.html",
        issues={issue.id: issue for issue in all_issues(session, desk.key)},
        rows=reports.leaves_by_issue(session, desk.key, MOST),
        reasons=reports.count_reasons(session, desk.key),
        words=reports.latest_words(session, desk.key, WORDS_SHOWN),
        doubts=reports.doubtful_leaves(session, desk.key, MOST),
    )


@pages.post("/{leave_id}", dependencies=TO_CHANGE_READERS)
def decide(
    leave_id: int,
    desk: DeskDep,
    session: Writing,
    form: LeaveFormDep,
) -> Response:
    """A reader's wish is obeyed; what a scanner pressed is not, or is taken back."""
    leave = unsubscribing.read_leave(session, leave_id)
    if leave.status == "obeyed":
        # A leave whose reader was forgotten has no subscription; 0 is none, and is refused.
        unsubscribing.undo_leave(session, leave.subscription_id or 0, desk.now())
    else:
        unsubscribing.decide_leave(
            session,
            leave_id,
            obey=form.decision == "leave",
            now=desk.now(),
        )
    return go_to("/desk/leaves")
