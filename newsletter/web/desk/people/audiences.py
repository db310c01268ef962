"""Audiences at the desk: try a filter and see how many it takes, save it, let an issue go to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.delivery.activity import activity_in_words, count_audience
from newsletter.errors import NewsletterError
from newsletter.issues import composing
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_CHANGE_READERS, TO_CHOOSE, Desk, DeskDep
from newsletter.web.desk.forms import VersionForm
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, Writing
from subscribers.audiences import saved
from subscribers.audiences.filters import Filter, describe_filter, filter_as_typed, read_filter
from subscribers.models import Audience

pages = APIRouter(prefix="/desk")


class FilterForm(BaseModel):
    """A filter as it is typed, each part text, and the name under which it is saved."""

    topics: str = ""
    sources: str = ""
    domains: str = ""
    attributes: str = ""
    joined_from: str = ""
    joined_to: str = ""
    active_days: str = ""
    quiet_days: str = ""
    name: str = ""

    def parts(self) -> dict[str, str]:
        """The parts of the filter, by name."""
        return self.model_dump(exclude={"name"})


FilterFormDep = Annotated[FilterForm, Form()]
FilterQueryDep = Annotated[FilterForm, Query()]


class AudienceForm(VersionForm):
    """To whom an issue goes: an audience, or everybody for 0."""

    audience_id: int = 0


AudienceFormDep = Annotated[AudienceForm, Form()]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a typed filter: an error, or in words and as a number whom it takes."""

    error: str
    words: str
    readers: int


@pages.get("/audiences", dependencies=TO_CHANGE_READERS)
def audiences_page(
    desk: DeskDep,
    session: Reading,
    query: FilterQueryDep,
    done: str = "",
    edit: int = 0,
) -> Response:
    """The filter in the address is tried and not kept; `edit` is an audience to begin with."""
    typed = query.parts()
    name = query.name
    if edit:
        audience = saved.read_audience(session, desk.key, edit)
        typed = _typed_of(audience)
        name = audience.name
    return _page(
        session,
        desk,
        typed,
        name,
        done=done,
    )


@pages.get("/audiences/count", dependencies=TO_CHANGE_READERS)
def count_only(desk: DeskDep, session: Reading, query: FilterQueryDep) -> Response:
    """The count alone, for a page whose form changed."""
    trial = _try(session, desk, query.parts())
    return show(
        "desk/_count.html",
        error=trial.error,
        words=trial.words,
        count=trial.readers,
    )


@pages.post("/audiences", dependencies=TO_CHANGE_READERS)
def save(desk: DeskDep, session: Writing, form: FilterFormDep) -> Response:
    """Keep what was typed; an audience that has that name gets the new filter."""
    try:
        saved.save_audience(
            session,
            desk.key,
            form.name,
            read_filter(form.parts()),
            by=desk.by,
            now=desk.now(),
        )
    except NewsletterError as error:
        return _page(
            session,
            desk,
            form.parts(),
            form.name,
            error=error,
        )
    return go_to("/desk/audiences?done=saved")


@pages.post("/audiences/{audience_id}/remove", dependencies=TO_CHANGE_READERS)
def remove(audience_id: int, desk: DeskDep, session: Writing) -> Response:
    saved.remove(session, saved.read_audience(session, desk.key, audience_id))
    return go_to("/desk/audiences?done=removed")


@pages.post("/issues/{issue_id}/audience", dependencies=TO_CHOOSE)
def send_to(
    issue_id: int,
    desk: DeskDep,
    session: Writing,
    form: AudienceFormDep,
) -> Response:
    """Let an issue go to an audience."""
    audience = None
    if form.audience_id:
        audience = saved.read_audience(session, desk.key, form.audience_id)
    # Its filter is kept with the issue: a later change of the audience does not move it.
    composing.send_to(session, issue_id, audience, version=form.version)
    return go_to(f"/desk/issues/{issue_id}?done=saved")


def _page(
    session: Session,
    desk: Desk,
    typed: Mapping[str, str],
    name: str,
    *,
    error: NewsletterError | None = None,
    done: str = "",
) -> Response:
    """Show the saved audiences, and the typed filter with what becomes of it."""
    trial = _try(session, desk, typed)
    return desk.show(
        "desk/audiences.html",
        status_of(error) if error else 200,
        rows=_read_rows(session, desk),
        typed=typed,
        name=name,
        done=done,
        # Why it was not saved comes before why it cannot be counted; mostly they are the same.
        error=explain(error) if error else trial.error,
        words=trial.words,
        count=trial.readers,
        meaning=activity_in_words(desk.publication),
    )


def _read_rows(session: Session, desk: Desk) -> Sequence[tuple[Audience, str, int]]:
    """Each saved audience, what its filter takes in words, and how many readers that are now."""
    return [
        (audience, *_describe(session, desk, saved.filter_of(audience)))
        for audience in saved.read_all(session, desk.key)
    ]


def _try(session: Session, desk: Desk, typed: Mapping[str, str]) -> Trial:
    try:
        return Trial("", *_describe(session, desk, read_filter(typed)))
    except NewsletterError as error:
        return Trial(explain(error), "", 0)


def _describe(session: Session, desk: Desk, wanted: Filter) -> tuple[str, int]:
    """Whom a filter takes in words, and how many readers that are now."""
    return (
        describe_filter(wanted),
        count_audience(session, desk.publication, wanted, desk.now()),
    )


def _typed_of(audience: Audience) -> dict[str, str]:
    """A kept filter as it is typed into one field for each part: values with commas between."""
    parts = filter_as_typed(audience.filter)
    return {
        name: value if isinstance(value, str) else ", ".join(value) for name, value in parts.items()
    }
