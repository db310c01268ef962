"""The publications of this installation that the editor works on: make another, or move this one.

Who makes a publication is its owner.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.roles import Role
from newsletter.errors import NewsletterError
from newsletter.publications import own_urls
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.urls import Urls
from newsletter.web.desk.desk import TO_MANAGE_PEOPLE, Desk, DeskDep
from newsletter.web.desk.settings.sheets import HOME
from newsletter.web.rendering import go_to
from newsletter.web.requests import Writing

pages = APIRouter(prefix=f"{HOME}/publications", dependencies=TO_MANAGE_PEOPLE)


class NewPublicationForm(BaseModel):
    """What a publication cannot be without; all else has its page of settings."""

    slug: str = ""
    name: str = ""
    sender: str = ""
    postal_address: str = ""
    cadence: str = "Tuesday 09:00 Europe/Berlin"


class MoveUrlForm(BaseModel):
    """Where this publication's pages are to be."""

    url: str = ""


NewPublicationFormDep = Annotated[NewPublicationForm, Form()]
MoveUrlFormDep = Annotated[MoveUrlForm, Form()]


@pages.get("")
def publications(desk: DeskDep, done: str = "") -> Response:
    return _page(desk, NewPublicationForm(), done=done)


@pages.post("")
def make(
    desk: DeskDep,
    session: Writing,
    form: NewPublicationFormDep,
) -> Response:
    """Make one, and go on at its desk."""
    try:
        with session.begin_nested():
            made = _make(session, desk, form)
    except NewsletterError as error:
        return _page(desk, form, error)
    return RedirectResponse(f"{desk.runtime.urls.of(made).desk()}/settings", 303)


@pages.post("/move")
def move(
    desk: DeskDep,
    session: Writing,
    form: MoveUrlFormDep,
) -> Response:
    """Move this publication's pages; links in old letters lead on."""
    try:
        _move(session, desk, form.url)
    except NewsletterError as error:
        return _page(desk, NewPublicationForm(), error)
    return go_to(f"{HOME}/publications?done=moved")


def _move(
    session: Session,
    desk: Desk,
    url: str,
) -> None:
    own_urls.move(session, desk.key, url, desk.runtime.settings.public_url)


def _make(
    session: Session,
    desk: Desk,
    form: NewPublicationForm,
) -> Publication:
    """Make a publication whose owner the editor is. Raises Refused or Conflict."""
    made = open_publication(
        session,
        name=form.name,
        sender_address=form.sender,
        cadence=form.cadence,
        postal_address=form.postal_address,
        word=form.slug,
    )
    team.add_member(session, made.key, desk.editor.key, Role.OWNER)
    return made


def _page(
    desk: Desk,
    typed: NewPublicationForm,
    error: NewsletterError | None = None,
    *,
    done: str = "",
) -> Response:
    return desk.show_form(
        "desk/settings/publications.html",
        error,
        rows=_rows(desk),
        typed=typed,
        done=done,
    )


def _rows(desk: Desk) -> Sequence[tuple[Publication, Role, Urls]]:
    """The editor's publications, each with their role and its addresses."""
    urls = desk.runtime.urls
    return [(each, role, urls.of(each)) for each, role in desk.teams]
