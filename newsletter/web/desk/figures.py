"""The figures of an issue at the desk: opened, clicked, left; people and robots apart.

Here an editor points a wrong link elsewhere.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.delivery.ledger import NoDelivery
from newsletter.issues.reading import read_issue
from newsletter.tracking import targets
from newsletter.tracking.figures import Figures, read_figures
from newsletter.tracking.targets import BadTarget
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_CHOOSE, TO_LOOK, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/figures")
# How a robot was known (tracking/robots.py), in words for an editor.
SIGNS = {
    "head": "asked for the head of a page only",
    "agent": "a program by its own name, or without one",
    "prefetch": "loaded ahead of a reader",
    "honey": "followed the hidden link",
    "company": "came with one of these",
    "burst": "many links within seconds",
    "whole set": "every link of the letter",
    "at once": "within seconds of delivery",
    "soon": "several links in the first minute",
    "crowd": "the letters of many readers at once",
    "network": "more from one network than people do",
    "surplus": "more than got the letter",
}


class LinkForm(BaseModel):
    """Where a link leads from now on."""

    url: str = ""


LinkFormDep = Annotated[LinkForm, Form()]


@pages.get("", dependencies=TO_LOOK)
def figures_page(
    issue_id: int,
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _page(session, desk, issue_id, done=done)


@pages.post("/links/{link}", dependencies=TO_CHOOSE)
def repoint(
    issue_id: int,
    link: int,
    desk: DeskDep,
    session: Writing,
    form: LinkFormDep,
) -> Response:
    """Point a link elsewhere; it is noted who did it."""
    try:
        targets.repoint(
            session,
            issue_id,
            link,
            form.url,
            by=desk.by,
            now=desk.now(),
        )
    except BadTarget as error:
        return _page(
            session,
            desk,
            issue_id,
            status=422,
            wrong={link: (form.url, explain(error))},
        )
    return go_to(f"/desk/issues/{issue_id}/figures?done=repointed#link-{link}")


def _page(
    session: Session,
    desk: Desk,
    issue_id: int,
    *,
    status: int = 200,
    done: str = "",
    wrong: Mapping[int, tuple[str, str]] | None = None,
) -> Response:
    """Show the figures; `wrong` has by link the address that was typed, and why it was refused."""
    issue = read_issue(session, issue_id)
    figures = read_figures(session, issue_id)
    # They begin with the delivery: an issue that nobody got has none.
    if figures is None:
        raise NoDelivery
    return desk.show(
        "desk/figures.html",
        status,
        issue=issue,
        figures=figures,
        most=_longest_bar(figures),
        signs=SIGNS,
        done=done,
        # By link, because each link has a form of its own on the page.
        wrong=wrong or {},
    )


def _longest_bar(figures: Figures) -> int:
    """The clicks of the link that has most: all bars are drawn in proportion to it."""
    return max([link.clicks.people for link in figures.links], default=0)
