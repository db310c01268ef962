"""The figures of an issue at the desk: opened, clicked, left; people and robots apart. Here a wrong link is pointed elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlmodel import Session

from newsletter.delivery.ledger import NoDelivery
from newsletter.issues.reading import read_issue
from newsletter.publications.models import Publication
from newsletter.tracking import targets
from newsletter.tracking.figures import read_figures
from newsletter.tracking.targets import BadTarget
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing

pages = APIRouter(prefix="/desk/issues/{issue_id}/figures")
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
}


@pages.get("")
def figures_page(
    issue_id: int, editor: EditorDep, publication: PublicationDep, session: Reading, told: str = ""
) -> Response:
    return _page(session, issue_id, editor, publication, told=told)


@pages.post("/links/{link}")
def repoint(
    issue_id: int,
    link: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    url: Annotated[str, Form()] = "",
) -> Response:
    """Point a link elsewhere; it is noted who did it."""
    try:
        targets.repoint(session, issue_id, link, url, by=editor.address, now=runtime.clock.now())
    except BadTarget as bad:
        return _page(
            session, issue_id, editor, publication, status=422, wrong={link: (url, str(bad))}
        )
    return go_to(f"/desk/issues/{issue_id}/figures?told=repointed#link-{link}")


def _page(
    session: Session,
    issue_id: int,
    editor: EditorDep,
    publication: Publication,
    *,
    status: int = 200,
    told: str = "",
    wrong: dict[int, tuple[str, str]] | None = None,
) -> Response:
    issue = read_issue(session, issue_id)
    figures = read_figures(session, issue_id)
    if figures is None:
        raise NoDelivery
    return show(
        "desk/figures.html",
        status,
        editor=editor,
        publication=publication,
        issue=issue,
        figures=figures,
        most=max([one.clicks.people for one in figures.links], default=0),
        signs=SIGNS,
        told=told,
        wrong=wrong or {},
    )
