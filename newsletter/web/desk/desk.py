"""The desk as its handlers get it: who works there, for which publication, on which runtime."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request, params
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from newsletter.belonging import OWNERS, require_own
from newsletter.desk import factors, roles, sessions, team
from newsletter.desk.deeds import Actor, acting, note_deed
from newsletter.desk.models import Editor, EditorSession
from newsletter.desk.roles import Act, Role
from newsletter.errors import NewsletterError
from newsletter.issues.featuring import day_of
from newsletter.letters.publisher import Publisher
from newsletter.lists.uploads import Lists
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.text import is_number
from newsletter.urls import Urls
from newsletter.web.desk.buttons import explain
from newsletter.web.door import is_too_large
from newsletter.web.errors import status_of
from newsletter.web.rendering import show
from newsletter.web.requests import (
    AnyoneDep,
    EditorDep,
    Elsewhere,
    FactorNeeded,
    LoginDep,
    LoginNeeded,
    PublicationDep,
    RuntimeDep,
    StaleLogin,
    network_of,
)
from subscribers.addresses import shorten_network

# Pages of these acts show addresses of readers: each look at one is noted.
LOOKED_AT = (Act.ADDRESSES, Act.LISTS)
DEED_CHARS = 200

Teams = Sequence[tuple[Publication, Role]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What every handler of the desk needs beside its session.

    The session stays a parameter of its own: Reading or Writing decides the transaction.
    `visitor` is None only at an open desk, where a form outlives a login that ended.
    """

    visitor: Editor | None  # `editor`, where somebody is sure to be logged in
    publication: Publication
    runtime: Runtime
    role: Role | None = None  # of the visitor in this publication
    teams: Teams = ()  # the publications that the visitor works on
    login: EditorSession | None = None  # the browser that the visitor is logged in with

    @property
    def editor(self) -> Editor:
        """Who is logged in. Raises LoginNeeded if nobody is."""
        if self.visitor is None:
            raise LoginNeeded
        return self.visitor

    @property
    def key(self) -> int:
        """The publication's id."""
        return self.publication.key

    @property
    def urls(self) -> Urls:
        """The addresses of this site."""
        return self.runtime.urls.of(self.publication)

    @property
    def lists(self) -> Lists:
        """The lists of people that were sent in."""
        return self.runtime.lists

    @property
    def zone(self) -> ZoneInfo:
        """The publication's own time zone, in which editors read and type times."""
        return self.publication.zone

    @property
    def today(self) -> date:
        """The day where the publication is: near midnight the server's may be another."""
        return day_of(self.publication, self.now())

    @property
    def by(self) -> str:
        """The address that is noted with what the editor does."""
        return self.editor.address

    @property
    def name(self) -> str:
        """The editor as others read it in a note: by name, or else by address."""
        return self.editor.name or self.editor.address

    @property
    def publisher(self) -> Publisher:
        """From where people are written to."""
        return Publisher(self.publication, self.urls, self.runtime.signer)

    def other_desks(self) -> Sequence[tuple[str, str]]:
        """The other publications that the visitor works on: name, and URL of the desk."""
        others = [each for each, _ in self.teams if each.key != self.key]
        return list(map(self._name_and_desk, others))

    def _name_and_desk(self, publication: Publication) -> tuple[str, str]:
        return publication.name, self.runtime.urls.of(publication).desk()

    def may(
        self,
        act: str,
    ) -> bool:
        """True if the visitor may do that: templates ask, and hide what would be refused."""
        return roles.may(self.role, Act(act))

    def check_fresh(self, back: str) -> None:
        """Raise StaleLogin unless the password was typed lately; `back` is the page of the act."""
        if self.login is None or not sessions.is_fresh(self.login, self.now()):
            raise StaleLogin(back)

    def require_factor(self) -> None:
        """Raise FactorNeeded if the visitor has no second factor."""
        if not self.runtime.database.read(factors.has_factor, self.editor.key):
            raise FactorNeeded

    def note_deed(self) -> None:
        """Note in the log that this was done, though it changes no row."""
        actor = acting.get()
        if actor is not None:
            self.runtime.database.write(note_deed, actor)

    def now(self) -> datetime:
        """The time of the runtime's clock, in UTC."""
        return self.runtime.clock.now()

    def show(
        self,
        template: str,
        status: int = 200,
        **values: object,
    ) -> HTMLResponse:
        """Answer with a page of the desk; its frame names the editor and the publication."""
        return show(
            template,
            status,
            editor=self.visitor,
            publication=self.publication,
            waits=self.runtime.guard.standing().why,
            may=self.may,
            other_desks=self.other_desks(),
            **values,
        )

    def show_form(
        self,
        template: str,
        error: NewsletterError | None,
        **values: object,
    ) -> HTMLResponse:
        """Answer with a page that has a form, after an `error` with its status and its words."""
        status = status_of(error) if error else 200
        return self.show(template, status, error=explain(error), **values)


def _teams(visitor: AnyoneDep, runtime: RuntimeDep) -> Teams:
    return runtime.database.read(team.teams_of, visitor.key) if visitor else ()


TeamsDep = Annotated[Teams, Depends(_teams)]


# Async only to stay on the event loop: it waits for nothing.
async def _open_desk(
    request: Request,
    login: LoginDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    teams: TeamsDep,
) -> Desk:
    entry, visitor = login or (None, None)
    role = next((role for each, role in teams if each.key == publication.key), None)
    # Who comes from the login, and works on another publication, is led to that desk.
    if role is None and teams and request.scope["path"] == "/desk":
        raise Elsewhere(runtime.urls.of(teams[0][0]).home())
    desk = Desk(visitor, publication, runtime, role, teams, entry)
    request.state.desk = desk  # an error that is raised later is shown in its frame
    return desk


OpenDeskDep = Annotated[Desk, Depends(_open_desk)]


# Async: most requests name no row, and stay on the event loop.
async def _desk(
    request: Request,
    desk: OpenDeskDep,
    _: EditorDep,
) -> Desk:
    await _require_own_rows(request, desk.publication, desk.runtime)
    return desk


async def _require_own_rows(
    request: Request,
    publication: Publication,
    runtime: Runtime,
) -> None:
    """Raise NotHere if an address or a form has the id of another publication's row."""
    for name, value in await _named(request):
        if name in OWNERS and is_number(str(value)) and not is_too_large(str(value)):
            await run_in_threadpool(
                runtime.database.read, require_own, publication.key, name, int(value)
            )


async def _named(request: Request) -> Sequence[tuple[str, Any]]:
    """Return all that a request names: in its path, its query and its form."""
    form = await request.form() if request.method == "POST" else FormData()
    items = (request.path_params.items(), request.query_params.items(), form.multi_items())
    return [*chain.from_iterable(items)]


DeskDep = Annotated[Desk, Depends(_desk)]


def _actor_of(
    request: Request,
    desk: Desk,
    act: Act,
) -> Actor:
    return Actor(
        by=desk.by,
        network=shorten_network(network_of(request)),
        act=act,
        deed=f"{request.method} {request.url.path}"[:DEED_CHARS],
        publication_id=desk.key,
        at=desk.now(),
    )


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency of each route of the desk: lets in only who may do this act.

    At an open desk nobody may be logged in: its form says so itself, and does nothing.
    """

    act: Act
    is_open: bool = False

    async def __call__(
        self,
        request: Request,
        desk: OpenDeskDep,
    ) -> None:
        if desk.visitor is None:
            if not self.is_open:
                raise LoginNeeded
            return
        roles.check_act(desk.role, self.act)
        # Only their account is open to them, where they set it up.
        if desk.publication.require_factor and self.act != Act.ACCOUNT:
            await run_in_threadpool(desk.require_factor)
        # From here on each transaction of this request is this editor's: see desk/deeds.py.
        acting.set(_actor_of(request, desk, self.act))
        if request.method == "GET" and self.act in LOOKED_AT:
            await run_in_threadpool(desk.note_deed)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A dependency of what a thief of a browser would do first: it asks for the password again."""

    back: str

    async def __call__(self, desk: OpenDeskDep) -> None:
        desk.check_fresh(self.back)


def needs(
    act: Act,
    *,
    is_open: bool = False,
) -> params.Depends:
    """Return what a route, or a router for all of its own, has among its dependencies."""
    return params.Depends(Needs(act, is_open))


# What a route has as its `dependencies`.
TO_LOOK = [needs(Act.LOOK)]
TO_HAVE_ACCOUNT = [needs(Act.ACCOUNT)]
TO_WRITE = [needs(Act.WRITE)]
TO_WRITE_OPENLY = [needs(Act.WRITE, is_open=True)]
TO_CHOOSE = [needs(Act.CHOOSE)]
TO_SEND = [needs(Act.SEND)]
TO_SEE_ADDRESSES = [needs(Act.ADDRESSES)]
TO_CHANGE_READERS = [needs(Act.READERS)]
TO_HANDLE_LISTS = [needs(Act.LISTS)]
TO_MANAGE_SOURCES = [needs(Act.SOURCES)]
TO_MANAGE_TOOLS = [needs(Act.TOOLS)]
TO_MANAGE_PROGRAMS = [needs(Act.PROGRAMS)]
TO_CHANGE_SETTINGS = [needs(Act.SETTINGS)]
FRESH_FOR_TEAM = [params.Depends(Fresh("/desk/team"))]
FRESH_FOR_FACTOR = [params.Depends(Fresh("/desk/account/factor"))]
FRESH_FOR_LISTS = [params.Depends(Fresh("/desk/readers"))]
FRESH_FOR_PROGRAMS = [params.Depends(Fresh("/desk/api"))]
TO_READ_LOG = [needs(Act.LOG)]
TO_MANAGE_PEOPLE = [needs(Act.PEOPLE)]
