"""Dependencies of handlers: the runtime, a session, the editor who is logged in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Form, Request
from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.desk import sessions
from newsletter.desk.models import Editor, EditorSession
from newsletter.desk.turnstile import Turnstile
from newsletter.errors import NewsletterError
from newsletter.intake.gate import Attempt
from newsletter.intake.receiving import TypedSignUp, receive_sign_up
from newsletter.letters.publisher import Publisher
from newsletter.lists.thread import ListThread
from newsletter.publications.models import Publication
from newsletter.publications.reading import first_publication
from newsletter.runtime import Runtime
from newsletter.schedule.asked_gathering import Gatherings
from newsletter.web.grouping import Group

COOKIE = "desk"  # of a session
HALF = "half"  # of a login whose password was right, and whose code is asked for
KNOWN = "browser"  # of a browser in which an editor logged in before


class LoginNeeded(NewsletterError):
    """Log in to see this page."""


class FactorNeeded(NewsletterError):
    """Everybody at this desk needs a second factor. Set yours up first."""


class Elsewhere(NewsletterError):
    """This page is at the address of its own publication."""

    def __init__(self, home: str) -> None:
        super().__init__(str(self.__doc__))
        self.home = home  # the URL of the front page there


def runtime_in(request: Request) -> Runtime:
    """The runtime of the application that was asked."""
    return cast(Runtime, request.app.state.runtime)


# Async only to stay on the event loop: it waits for nothing.
class StaleLogin(NewsletterError):
    """This asks for your password again: it was typed more than ten minutes ago."""

    def __init__(self, back: str) -> None:
        super().__init__()
        self.back = back  # the page to go on from


async def runtime_of(request: Request) -> Runtime:
    """The runtime that the application was made with."""
    return runtime_in(request)


RuntimeDep = Annotated[Runtime, Depends(runtime_of)]


def _reading(runtime: RuntimeDep) -> Iterator[Session]:
    with runtime.database.reading() as session:
        yield session


def _writing(runtime: RuntimeDep) -> Iterator[Session]:
    with runtime.database.writing() as session:
        yield session


Reading = Annotated[Session, Depends(_reading)]
# Committed before the answer leaves: an answer must not promise what a full disk takes back.
Writing = Annotated[Session, Depends(_writing, scope="function")]


def cookie_name(
    runtime: Runtime,
    name: str,
) -> str:
    """Return the name of a cookie: a browser takes __Host- from this host alone, and by TLS.

    Source: RFC 6265bis, 4.1.3.2. Without TLS, as in a demo, such a cookie would never come back.
    """
    return f"__Host-{name}" if runtime.settings.is_https else name


def _login(
    request: Request,
    runtime: RuntimeDep,
) -> tuple[EditorSession, Editor] | None:
    cookie = request.cookies.get(cookie_name(runtime, COOKIE))
    if not cookie:
        return None
    return sessions.enter(
        runtime.database,
        cookie,
        runtime.signer.secret,
        runtime.clock.now(),
        runtime.settings.desk_idle,
    )


LoginDep = Annotated[tuple[EditorSession, Editor] | None, Depends(_login)]


async def _anyone(login: LoginDep) -> Editor | None:
    return login[1] if login else None


# For a form whose text must outlive a login that ended.
AnyoneDep = Annotated[Editor | None, Depends(_anyone)]


def _editor(anyone: AnyoneDep) -> Editor:
    if anyone is None:
        raise LoginNeeded
    return anyone


EditorDep = Annotated[Editor, Depends(_editor)]


def check_login(request: Request) -> None:
    """Raise LoginNeeded unless an editor is logged in. For what comes before the pages."""
    if _login(request, runtime_in(request)) is None:
        raise LoginNeeded


def asked_publication(request: Request) -> Publication:
    """The publication whose pages were asked for: the entrance found it, or else the first one."""
    found = cast(Publication | None, request.scope.get("publication"))
    return found or runtime_in(request).database.read(first_publication)


PublicationDep = Annotated[Publication, Depends(asked_publication)]


async def publisher_of(
    publication: PublicationDep,
    runtime: RuntimeDep,
) -> Publisher:
    """The sender of small letters for this publication."""
    return Publisher(publication, runtime.urls, runtime.signer)


PublisherDep = Annotated[Publisher, Depends(publisher_of)]
FormStr = Annotated[str, Form()]


async def attempt_of(
    request: Request,
    website: FormStr = "",
    form: FormStr = "",
    altcha: FormStr = "",
) -> Attempt:
    """Return what the gate judges of a public form.

    `website` is a field that only robots fill; `altcha` is the name that ALTCHA's widget uses.
    """
    return Attempt(network_of(request), website, form, altcha)


AttemptDep = Annotated[Attempt, Depends(attempt_of)]


@dataclass(frozen=True, slots=True)
class SignUps:
    """Receives sign-ups; those that wait at the same time share one transaction."""

    group: Group
    clock: Clock

    def receive(
        self,
        publisher: Publisher,
        typed: TypedSignUp,
        attempt: Attempt,
    ) -> str:
        """Receive one, and return its address as it is stored. Raises Mistyped or Refused."""
        return self.group.write(
            receive_sign_up,
            publisher,
            typed,
            attempt,
            self.clock.now(),
        )


async def sign_ups_of(
    request: Request,
    runtime: RuntimeDep,
) -> SignUps:
    """The receiver of sign-ups of this process."""
    return SignUps(cast(Group, request.app.state.sign_ups), runtime.clock)


SignUpsDep = Annotated[SignUps, Depends(sign_ups_of)]


async def list_thread_of(request: Request) -> ListThread:
    """The thread that imports lists."""
    return cast(ListThread, request.app.state.list_thread)


ListThreadDep = Annotated[ListThread, Depends(list_thread_of)]


async def gatherings_of(request: Request) -> Gatherings:
    """What gathers when an editor asks for it."""
    return cast(Gatherings, request.app.state.gatherings)


GatheringsDep = Annotated[Gatherings, Depends(gatherings_of)]


async def turnstile_of(request: Request) -> Turnstile:
    """What lets one password be hashed at a time in this process."""
    return cast(Turnstile, request.app.state.turnstile)


TurnstileDep = Annotated[Turnstile, Depends(turnstile_of)]


def network_of(request: Request) -> str:
    """The address of the other side, for a consent record."""
    return request.client.host if request.client else ""
