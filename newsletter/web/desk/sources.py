"""The sources at the desk: their health, and how they are added, changed and retired.

A new source is looked at before it is saved. Lists of feeds come in and go out as OPML.
"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.choosing.voices.genres import GENRES
from newsletter.errors import NewsletterError, Refused, Unavailable
from newsletter.fetching.hosts import host_of, is_host_name, is_plain_address
from newsletter.fetching.limits import Limits
from newsletter.formats.found import absolute
from newsletter.formats.opml import OutlineList, read_opml, write_opml
from newsletter.gathering import discovery, source_voices, sources
from newsletter.gathering.children.outside import open_outside
from newsletter.gathering.discovery import Discovery
from newsletter.gathering.models import Source
from newsletter.gathering.source_health import Health
from newsletter.gathering.sources import NewSource
from newsletter.issues import choices
from newsletter.web.desk.desk import TO_MANAGE_SOURCES, Desk, DeskDep
from newsletter.web.desk.forms import with_scheme
from newsletter.web.limits.bodies import MOST_FEEDS_BYTES
from newsletter.web.limits.lookups import LookUpsDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/sources", dependencies=TO_MANAGE_SOURCES)
LOOK_S = 45.0  # for all addresses of one site: a person waits


class TooSlow(Unavailable):
    """That site took too long to answer.

    Try again later, or give the address of its feed itself.
    """


class TooLong(Refused):
    """That file is larger than 5 MB: no list of feeds is.

    Export the list from your feed reader again.
    """


class LookForm(BaseModel):
    """The address of a site, as typed."""

    url: str = ""


LookFormDep = Annotated[LookForm, Form()]


class SourceForm(BaseModel):
    """What an editor says of a source."""

    title: str = ""
    category: str = ""
    weight: float = 1.0  # cut to 0..2 where it is saved
    own: bool = False


SourceFormDep = Annotated[SourceForm, Form()]


class VoiceForm(SourceForm):
    """What an editor says of a source that is here: also for whom it speaks, and what it is."""

    speaks_for: str = ""
    genre: str = ""
    languages: str = ""


VoiceFormDep = Annotated[VoiceForm, Form()]


class NewSourceForm(SourceForm):
    """A source that was looked at: what was found comes along, and is saved as it was seen."""

    url: str
    kind: str
    home_url: str = ""

    def source(self) -> NewSource:
        """The source that is to be added."""
        return NewSource(
            self.url,
            self.title,
            weight=self.weight,
            kind=self.kind,
            # It came back from a page, where anybody may write "javascript:" into it.
            home_url=absolute(self.home_url, ""),
            category=self.category,
            is_own=self.own,
        )


NewSourceFormDep = Annotated[NewSourceForm, Form()]


@dataclass(frozen=True, slots=True)
class ImportedFeeds:
    """What came of a list of feeds: how many are new or known, and what could not be imported."""

    added: int
    known: int
    bad: tuple[str, ...]


@pages.get("")
def sources_page(desk: DeskDep, session: Reading, done: str = "") -> Response:
    return _list(session, desk, done=done)


@pages.post("/look")
def look(desk: DeskDep, look_ups: LookUpsDep, form: LookFormDep) -> Response:
    """Find what to read at an address and show its last items; nothing is saved."""
    typed = form.url.strip()
    try:
        with look_ups.editors.one():
            found = _discover_new(desk, with_scheme(typed))
    except NewsletterError as error:
        return _list_after_look(desk, typed, error=error)
    return _list_after_look(desk, typed, found=found)


@pages.post("")
def add(desk: DeskDep, session: Writing, form: NewSourceFormDep) -> Response:
    if form.kind not in discovery.KINDS:
        raise discovery.NoSourceKind
    sources.add(session, desk.key, form.source(), now=desk.now())
    return go_to("/desk/sources?done=added")


@pages.get("/feeds.opml")
def export(desk: DeskDep, session: Reading) -> Response:
    """The active feeds, as other readers take them."""
    # Sitemaps and pages stay out: no other reader knows what to do with them.
    feeds, _others = sources.feed_outlines(session, desk.key)
    return Response(
        write_opml(desk.publication.name, feeds),
        media_type="text/x-opml",
        headers={"Content-Disposition": 'attachment; filename="feeds.opml"'},
    )


@pages.post("/import")
def import_(desk: DeskDep, session: Writing, file: UploadFile) -> Response:
    """Add the feeds of a list, and say what in it could not be imported."""
    try:
        listed = read_opml(_read_file(file))
    except NewsletterError as error:
        return _list(session, desk, error=error)
    return _list(session, desk, imported=_import(session, desk, listed))


@pages.get("/{source_id}")
def source_page(source_id: int, desk: DeskDep, session: Reading) -> Response:
    source = sources.find_source(session, desk.key, str(source_id))
    return desk.show(
        "desk/source.html",
        source=source,
        health=_health(session, desk, source),
        genres=GENRES,
        habit=choices.source_habit(session, desk.key, source.key, desk.now()),
    )


@pages.post("/{source_id}")
def change(
    source_id: int,
    desk: DeskDep,
    session: Writing,
    form: VoiceFormDep,
) -> Response:
    source_voices.set_voice(
        session,
        desk.key,
        str(source_id),
        speaks_for=form.speaks_for,
        genre=form.genre,
        languages=form.languages,
    )
    sources.change(
        session,
        desk.key,
        str(source_id),
        title=form.title,
        category=form.category,
        weight=form.weight,
        is_own=form.own,
    )
    return go_to("/desk/sources?done=changed")


@pages.post("/{source_id}/retire")
def retire(source_id: int, desk: DeskDep, session: Writing) -> Response:
    sources.retire(session, desk.key, str(source_id))
    return go_to("/desk/sources?done=retired")


@pages.post("/{source_id}/forget")
def forget(source_id: int, desk: DeskDep, session: Writing) -> Response:
    source_voices.forget_choices(session, desk.key, str(source_id), desk.now())
    return go_to("/desk/sources?done=forgotten")


@pages.post("/{source_id}/restore")
def restore(source_id: int, desk: DeskDep, session: Writing) -> Response:
    sources.restore(session, desk.key, str(source_id))
    return go_to("/desk/sources?done=restored")


def _health(session: Session, desk: Desk, source: Source) -> Health:
    """A source is in the list, whose health is read in one go for all of them."""
    rows = sources.all_with_health(session, desk.key, desk.now())
    return next(health for row, health in rows if row.id == source.id)


def _import(session: Session, desk: Desk, listed: OutlineList) -> ImportedFeeds:
    added = sources.add_outlines(session, desk.key, listed.outlines, desk.now())
    return ImportedFeeds(added, len(listed.outlines) - added, listed.bad)


def _read_file(file: UploadFile) -> bytes:
    # One byte more than may be, and no more: a larger file is not read to its end.
    content = file.file.read(MOST_FEEDS_BYTES + 1)
    if len(content) > MOST_FEEDS_BYTES:
        raise TooLong
    return content


def _discover_new(desk: Desk, address: str) -> Discovery:
    """Find what to read at an address. Raises NotAnAddress or KnownSource."""
    # No look-up is spent on what no site can have.
    if not (is_plain_address(address) and is_host_name(host_of(address))):
        raise sources.NotAnAddress
    database = desk.runtime.database
    # Before the network is asked, and after: a page may lead to a feed that is known.
    database.read(sources.check_new, desk.key, address)
    found = asyncio.run(_find(address, desk.runtime.limits))
    database.read(sources.check_new, desk.key, found.url)
    return found


async def _find(url: str, limits: Limits) -> Discovery:
    # The limits are for one request each; a site is asked for up to a score of addresses.
    try:
        async with asyncio.timeout(LOOK_S), open_outside(limits, processes=1) as outside:
            return await discovery.discover(outside, url)
    except TimeoutError:
        raise TooSlow from None


def _list_after_look(
    desk: Desk,
    typed: str,
    *,
    found: Discovery | None = None,
    error: NewsletterError | None = None,
) -> Response:
    # Its own session, opened only now: no transaction waits for a slow site.
    with desk.runtime.database.reading() as session:
        return _list(
            session,
            desk,
            typed=typed,
            found=found,
            error=error,
        )


def _list(
    session: Session,
    desk: Desk,
    *,
    typed: str = "",
    found: Discovery | None = None,
    error: NewsletterError | None = None,
    imported: ImportedFeeds | None = None,
    done: str = "",
) -> Response:
    """Show the list, beside what was found or what was wrong. What was typed stays in its field."""
    return desk.show_form(
        "desk/sources.html",
        error,
        rows=sources.all_with_health(session, desk.key, desk.now()),
        typed=typed,
        found=found,
        imported=imported,
        done=done,
    )
