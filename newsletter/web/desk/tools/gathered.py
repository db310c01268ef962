"""Gathered tools at the desk: what waits for a yes, what was decided, and what changed since."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.tool_sources import deciding, pointing, sources
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_MANAGE_TOOLS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/tools/gathered", dependencies=TO_MANAGE_TOOLS)
HERE = "/desk/tools/gathered"
TABS = ("waiting", "changes", "accepted", "refused")


class DecisionForm(BaseModel):
    """One button of the list: a yes or a no to one tool, or a yes to all that were shown."""

    accept: int = 0
    refuse: int = 0
    everyone: bool = False
    shown: list[int] = []

    @property
    def accepted(self) -> Sequence[int]:
        """Those that get a yes."""
        return self.shown if self.everyone else [self.accept]


DecisionFormDep = Annotated[DecisionForm, Form()]


@pages.get("")
def gathered_page(
    desk: DeskDep,
    session: Reading,
    tab: str = "waiting",
    done: str = "",
    id: int = 0,
) -> Response:
    return _page(session, desk, tab if tab in TABS else "waiting", done=done, undo_id=id)


@pages.post("")
def decide(
    desk: DeskDep,
    session: Writing,
    form: DecisionFormDep,
) -> Response:
    """Say yes or no. Those that somebody decided meanwhile stay as they are."""
    if form.refuse:
        deciding.refuse(session, desk.key, [form.refuse], by=desk.by, now=desk.now())
        return go_to(f"{HERE}?done=refused&id={form.refuse}")
    deciding.accept(session, desk.key, form.accepted, by=desk.by, now=desk.now())
    if form.everyone:
        return go_to(f"{HERE}?done=all")
    return go_to(f"{HERE}?done=accepted&id={form.accept}")


@pages.post("/{gathered_id}/undo")
def undo(
    gathered_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    deciding.take_back(session, desk.key, gathered_id)
    return go_to(f"{HERE}?done=undone")


@pages.post("/{gathered_id}/take")
def take(
    gathered_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    """Write what changed into the tool; another tool may have that name already."""
    try:
        pointing.take_over(session, desk.key, gathered_id)
    except (Refused, Conflict) as error:
        return _page(session, desk, "changes", error=explain(error))
    return go_to(f"{HERE}?tab=changes&done=taken")


@pages.post("/{gathered_id}/leave")
def leave(
    gathered_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    pointing.leave(session, desk.key, gathered_id)
    return go_to(f"{HERE}?tab=changes&done=left")


def _page(
    session: Session,
    desk: Desk,
    tab: str,
    *,
    done: str = "",
    undo_id: int = 0,
    error: str = "",
) -> Response:
    points = pointing.pointed_out(session, desk.key)
    listed = () if tab == "changes" else deciding.with_status(session, desk.key, tab)
    return desk.show(
        "desk/gathered.html",
        422 if error else 200,
        tab=tab,
        counts={**deciding.count_by_status(session, desk.key), "changes": len(points)},
        points=points[: deciding.MOST_SHOWN],
        listed=listed,
        titles=sources.titles(session, desk.key),
        done=done,
        undo_id=undo_id,
        error=error,
    )
