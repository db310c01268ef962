"""Tool sources at the desk: looked at before they are saved, changed, and removed."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import NewsletterError, Unavailable
from newsletter.fetching.hosts import host_of, is_host_name, is_plain_address
from newsletter.fetching.limits import Limits
from newsletter.gathering.children.outside import open_outside
from newsletter.tool_sources import sources
from newsletter.tool_sources.finding import FoundToolSource, find_tool_source
from newsletter.tool_sources.sources import NewToolSource
from newsletter.web.desk.desk import TO_MANAGE_TOOLS, Desk, DeskDep
from newsletter.web.desk.forms import with_scheme
from newsletter.web.limits.lookups import LookUpsDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/tools/sources", dependencies=TO_MANAGE_TOOLS)
HERE = "/desk/tools/sources"
LOOK_S = 45.0  # a person waits


class SlowToolSource(Unavailable):
    """That site took too long to answer.

    Try again later, or give the address of the list itself.
    """


class ToolSourceLookForm(BaseModel):
    """The address of a list, a feed or a site, as typed, and a path of the site."""

    url: str = ""
    below: str = ""

    @property
    def address(self) -> str:
        """The address with its scheme, which people leave out."""
        return with_scheme(self.url.strip())


ToolSourceLookFormDep = Annotated[ToolSourceLookForm, Form()]


class ToolSourceForm(BaseModel):
    """What an editor says of a tool source."""

    title: str = ""
    below: str = ""
    rule: str = "ask"


ToolSourceFormDep = Annotated[ToolSourceForm, Form()]


class NewToolSourceForm(ToolSourceForm):
    """A source that was looked at, and is saved as it was seen."""

    url: str
    kind: str


NewToolSourceFormDep = Annotated[NewToolSourceForm, Form()]


@pages.get("")
def tool_sources_page(
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _list(session, desk, done=done)


@pages.post("/look")
def look(
    desk: DeskDep,
    look_ups: LookUpsDep,
    form: ToolSourceLookFormDep,
) -> Response:
    """Say what is at an address; nothing is saved."""
    found, error = None, None
    try:
        with look_ups.editors.one():
            found = _find_new(desk, form)
    except NewsletterError as refused:
        error = refused
    # Its own session, opened only now: no transaction waits for a slow site.
    with desk.runtime.database.reading() as session:
        return _list(session, desk, typed=form, found=found, error=error)


@pages.post("")
def add(
    desk: DeskDep,
    session: Writing,
    form: NewToolSourceFormDep,
) -> Response:
    _check_address(form.url)
    new = NewToolSource(form.url, form.kind, form.title, form.below, form.rule)
    sources.add(session, desk.key, new, desk.now())
    return go_to(f"{HERE}?done=added")


@pages.get("/{tool_source_id}")
def tool_source_page(
    tool_source_id: int,
    desk: DeskDep,
    session: Reading,
) -> Response:
    source = sources.read_source(session, desk.key, tool_source_id)
    return desk.show("desk/tool_source.html", source=source)


@pages.post("/{tool_source_id}")
def change(
    tool_source_id: int,
    desk: DeskDep,
    session: Writing,
    form: ToolSourceFormDep,
) -> Response:
    sources.change(
        session,
        desk.key,
        tool_source_id,
        title=form.title,
        below=form.below,
        rule=form.rule,
    )
    return go_to(f"{HERE}?done=changed")


@pages.post("/{tool_source_id}/soon")
def look_soon(
    tool_source_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    sources.look_soon(session, desk.key, tool_source_id)
    return go_to(f"{HERE}?done=soon")


@pages.post("/{tool_source_id}/remove")
def remove(
    tool_source_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    sources.remove(session, desk.key, tool_source_id)
    return go_to(f"{HERE}?done=removed")


def _find_new(desk: Desk, form: ToolSourceLookForm) -> FoundToolSource:
    """Look at an address. Raises BadToolSource or KnownToolSource."""
    _check_address(form.address)
    database = desk.runtime.database
    # Before the network is asked, and after: a site may lead to a sitemap that is known.
    database.read(sources.check_new, desk.key, form.address)
    found = asyncio.run(_find(form, desk.runtime.limits))
    database.read(sources.check_new, desk.key, found.url)
    return found


async def _find(form: ToolSourceLookForm, limits: Limits) -> FoundToolSource:
    try:
        async with asyncio.timeout(LOOK_S), open_outside(limits, processes=1) as outside:
            return await find_tool_source(outside, form.address, below=form.below.strip())
    except TimeoutError:
        raise SlowToolSource from None


def _check_address(url: str) -> None:
    """Raise BadToolSource for what no site can have: files of this machine are the terminal's."""
    if not (is_plain_address(url) and is_host_name(host_of(url))):
        raise sources.BadToolSource


def _list(
    session: Session,
    desk: Desk,
    *,
    typed: ToolSourceLookForm | None = None,
    found: FoundToolSource | None = None,
    error: NewsletterError | None = None,
    done: str = "",
) -> Response:
    """Show the list, beside what was found or what was wrong. What was typed stays in its field."""
    return desk.show_form(
        "desk/tool_sources.html",
        error,
        rows=sources.all_sources(session, desk.key),
        counts=sources.count_tools(session, desk.key),
        typed=typed or ToolSourceLookForm(),
        found=found,
        done=done,
    )
