"""Audiences at the desk: try a filter and see how many it takes, save it, let an issue go to it."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from sqlmodel import Session

from newsletter.delivery.activity import activity_in_words, count_audience
from newsletter.desk.models import Editor
from newsletter.errors import NewsletterError
from newsletter.issues import composing
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing
from subscribers.audiences import saved
from subscribers.audiences.filters import NAMES, describe_filter, filter_as_typed, read_filter

pages = APIRouter(prefix="/desk")
FormInt = Annotated[int, Form()]
Typed = Mapping[str, str | Sequence[str]]


async def _form(request: Request) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


FormDep = Annotated[dict[str, str], Depends(_form)]


@pages.get("/audiences")
def audiences_page(
    request: Request,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    told: str = "",
    edit: int = 0,
) -> Response:
    """What stands in the address is the filter that is tried; nothing is kept of it."""
    typed: Typed = {name: request.query_params.get(name, "") for name in NAMES}
    name = request.query_params.get("name", "")
    if edit:
        audience = saved.read_audience(session, publication.key, edit)
        typed, name = (
            {key: _text(value) for key, value in filter_as_typed(audience.filter).items()},
            audience.name,
        )
    return _page(session, runtime, editor, publication, typed, name, told=told)


@pages.get("/audiences/count")
def count_only(
    request: Request,
    _: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """The count alone, for a page whose form changed."""
    typed = {name: request.query_params.get(name, "") for name in NAMES}
    error, words, readers = _tried(session, runtime, publication, typed)
    return show("desk/_count.html", error=error, words=words, count=readers)


@pages.post("/audiences")
def save(
    form: FormDep,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """Keep what was typed; who has that name gets the new filter."""
    name = form.get("name", "")
    try:
        saved.save_audience(
            session,
            publication.key,
            name,
            read_filter(form),
            by=editor.address,
            now=runtime.clock.now(),
        )
    except NewsletterError as error:
        return _page(
            session,
            runtime,
            editor,
            publication,
            form,
            name,
            status=status_of(error),
            error=str(error),
        )
    return go_to("/desk/audiences?told=saved")


@pages.post("/audiences/{audience_id}/remove")
def remove(
    audience_id: int, _: EditorDep, publication: PublicationDep, session: Writing
) -> Response:
    saved.remove(session, saved.read_audience(session, publication.key, audience_id))
    return go_to("/desk/audiences?told=removed")


@pages.post("/issues/{issue_id}/audience")
def send_to(
    issue_id: int,
    _: EditorDep,
    publication: PublicationDep,
    session: Writing,
    version: FormInt,
    audience_id: FormInt = 0,
) -> Response:
    """Let an issue go to an audience; 0 for everybody."""
    audience = saved.read_audience(session, publication.key, audience_id) if audience_id else None
    composing.send_to(session, issue_id, audience, version=version)
    return go_to(f"/desk/issues/{issue_id}?told=saved")


def _page(
    session: Session,
    runtime: Runtime,
    editor: Editor,
    publication: Publication,
    typed: Typed,
    name: str,
    *,
    status: int = 200,
    told: str = "",
    error: str = "",
) -> Response:
    kept_filters = [(one, saved.filter_of(one)) for one in saved.read_all(session, publication.key)]
    rows = [
        (
            one,
            describe_filter(kept),
            count_audience(session, publication, kept, runtime.clock.now()),
        )
        for one, kept in kept_filters
    ]
    wrong, words, readers = _tried(session, runtime, publication, typed)
    return show(
        "desk/audiences.html",
        status,
        editor=editor,
        publication=publication,
        rows=rows,
        typed=typed,
        name=name,
        told=told,
        error=error or wrong,
        words=words,
        count=readers,
        meaning=activity_in_words(publication),
    )


def _tried(
    session: Session, runtime: Runtime, publication: Publication, typed: Typed
) -> tuple[str, str, int]:
    """What is wrong with the typed filter; what it takes, in words and as a number."""
    try:
        tried = read_filter(typed)
        return (
            "",
            describe_filter(tried),
            count_audience(session, publication, tried, runtime.clock.now()),
        )
    except NewsletterError as error:
        return str(error), "", 0


def _text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)
