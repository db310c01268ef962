"""A tool that an editor adds by hand, at the desk."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from newsletter.tools import directory
from newsletter.web.desk.desk import TO_MANAGE_TOOLS, Desk, DeskDep
from newsletter.web.desk.tools.submissions import find_card_problems
from newsletter.web.desk.tools.tool import ToolForm, ToolFormDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

# Before the pages of one tool (tool.py), which would take "new" for its number.
pages = APIRouter(prefix="/desk/tools/new", dependencies=TO_MANAGE_TOOLS)


@pages.get("")
def new_tool_page(desk: DeskDep, session: Reading) -> Response:
    return _page(session, desk, ToolForm(price="Free"))


@pages.post("")
def add(desk: DeskDep, session: Writing, form: ToolFormDep) -> Response:
    """Add it; where something is wrong, all of it is shown beside its field at once."""
    card = form.card()
    if find_card_problems(session, desk, card):
        return _page(session, desk, form, is_refused=True)
    tool = directory.add(
        session,
        desk.key,
        card,
        category=form.category,
        is_sponsor=form.is_sponsor,
    )
    return go_to(f"/desk/tools/{tool.id}?done=added")


def _page(
    session: Session,
    desk: Desk,
    form: ToolForm,
    *,
    is_refused: bool = False,
) -> Response:
    card = form.card()
    return desk.show(
        "desk/new_tool.html",
        422 if is_refused else 200,
        card=card,
        category=form.category,
        is_sponsor=form.is_sponsor,
        wrong=find_card_problems(session, desk, card) if is_refused else {},
    )
