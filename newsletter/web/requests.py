"""What handlers ask for: the runtime, a session, the editor who is logged in."""

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import Depends, Form, Request
from sqlmodel import Session

from newsletter.desk import editors
from newsletter.desk.models import Editor
from newsletter.errors import NewsletterError
from newsletter.intake.gate import Attempt
from newsletter.letters.publisher import Publisher
from newsletter.lists.thread import ListThread
from newsletter.publications.models import Publication
from newsletter.publications.reading import only_publication
from newsletter.runtime import Runtime
from newsletter.web.grouping import Group

COOKIE = "desk"


class LoginNeeded(NewsletterError):
    """Log in to see this page."""


async def runtime_of(request: Request) -> Runtime:
    """The runtime that the application was made with."""
    return cast(Runtime, request.app.state.runtime)


RuntimeDep = Annotated[Runtime, Depends(runtime_of)]


def _reading(runtime: RuntimeDep) -> Iterator[Session]:
    with runtime.database.reading() as session:
        yield session


def _writing(runtime: RuntimeDep) -> Iterator[Session]:
    with runtime.database.writing() as session:
        yield session


Reading = Annotated[Session, Depends(_reading)]
Writing = Annotated[
    Session, Depends(_writing, scope="function")
]  # committed before the answer leaves


def _anyone(request: Request, runtime: RuntimeDep) -> Editor | None:
    token = request.cookies.get(COOKIE, "")
    try:
        editor_id = runtime.signer.read("login", token, runtime.clock.now())
    except NewsletterError:
        return None
    return runtime.database.read(editors.read_editor, editor_id)


AnyoneDep = Annotated[
    Editor | None, Depends(_anyone)
]  # for a form whose text must outlive a login that ended


def _editor(anyone: AnyoneDep) -> Editor:
    if anyone is None:
        raise LoginNeeded
    return anyone


EditorDep = Annotated[Editor, Depends(_editor)]


def publication_of(runtime: RuntimeDep) -> Publication:
    """The publication whose pages these are."""
    return runtime.database.read(only_publication)


PublicationDep = Annotated[Publication, Depends(publication_of)]


async def publisher_of(publication: PublicationDep, runtime: RuntimeDep) -> Publisher:
    """From where people are written to."""
    return Publisher(publication, runtime.urls, runtime.signer)


PublisherDep = Annotated[Publisher, Depends(publisher_of)]
FormStr = Annotated[str, Form()]


async def attempt_of(
    request: Request, website: FormStr = "", form: FormStr = "", altcha: FormStr = ""
) -> Attempt:
    """What comes with each public form: `website` is a field that only robots fill, `altcha` the name by which ALTCHA's widget sends."""
    return Attempt(network_of(request), website, form, altcha)


AttemptDep = Annotated[Attempt, Depends(attempt_of)]


async def sign_ups_of(request: Request) -> Group:
    """Where sign-ups are written, several in one transaction."""
    return cast(Group, request.app.state.sign_ups)


SignUpsDep = Annotated[Group, Depends(sign_ups_of)]


async def list_thread_of(request: Request) -> ListThread:
    """What carries lists in."""
    return cast(ListThread, request.app.state.list_thread)


ListThreadDep = Annotated[ListThread, Depends(list_thread_of)]


def network_of(request: Request) -> str:
    """The address of the other side, for a consent record."""
    return request.client.host if request.client else ""
