"""The first steps as a page: each with the way to where it is done, and sources to begin with."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel

from newsletter.errors import NotFound
from newsletter.gathering import sources
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, TO_LOOK, TO_MANAGE_SOURCES, DeskDep
from newsletter.web.desk.start.steps import HOME, read_steps
from newsletter.web.desk.start.suggested import SUGGESTED
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix=HOME)


class SuggestedForm(BaseModel):
    """The address of a suggested source."""

    url: str = ""


SuggestedFormDep = Annotated[SuggestedForm, Form()]


class NotSuggested(NotFound):
    """That source is not among the suggested ones. Paste its address on the page of sources."""


@pages.get("", dependencies=TO_LOOK)
def checklist(desk: DeskDep, session: Reading, done: str = "") -> Response:
    known = {source.url for source in sources.all_sources(session, desk.key)}
    return desk.show(
        "desk/start/checklist.html",
        steps=read_steps(session, desk),
        suggested=[source for source in SUGGESTED if source.url not in known],
        done=done,
    )


@pages.post("/suggested", dependencies=TO_MANAGE_SOURCES)
def add_suggested(desk: DeskDep, session: Writing, form: SuggestedFormDep) -> Response:
    """Add one source. It is asked for the first time by the next gathering."""
    found = next((source for source in SUGGESTED if source.url == form.url), None)
    if found is None:
        raise NotSuggested
    sources.add(session, desk.key, found, now=desk.now())
    return go_to(f"{HOME}?done=added")


# Both store nothing but their deed, in the log: each transaction of an editor has one there.
@pages.post("/schedule", dependencies=TO_CHANGE_SETTINGS)
def keep_schedule(_desk: DeskDep, _session: Writing) -> Response:
    """The schedule is right as it is."""
    return go_to(HOME)


@pages.post("/dismiss", dependencies=TO_CHANGE_SETTINGS)
def dismiss(_desk: DeskDep, _session: Writing) -> Response:
    """Leave the steps off the page of this week; here they stay."""
    return go_to("/desk")
