"""The sources at the desk: their health, adding one after a look at what it shows, changing and retiring them, lists in and out."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from sqlmodel import Session

from newsletter.desk.models import Editor
from newsletter.errors import NewsletterError, Refused, Unavailable
from newsletter.fetching.fetcher import open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.formats.found import absolute
from newsletter.formats.opml import read_opml, write_opml
from newsletter.gathering import discovery, sources
from newsletter.gathering.discovery import Discovery
from newsletter.gathering.sources import NewSource
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, FormStr, PublicationDep, Reading, RuntimeDep, Writing

pages = APIRouter(prefix="/desk/sources")
LOOK_S = 45.0  # for all addresses of one site: a person waits
MOST_BYTES = 5_000_000
Weight = Annotated[float, Form()]
Own = Annotated[bool, Form()]


class TooSlow(Unavailable):
    """That site took too long to answer. Try again later, or give the address of its feed itself."""


class TooLong(Refused):
    """That file is larger than 5 MB: no list of feeds is. Export the list from your feed reader again."""


@pages.get("")
def sources_page(
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    told: str = "",
) -> Response:
    return _list(session, runtime, publication, editor, told=told)


@pages.post("/look")
def look(
    editor: EditorDep, publication: PublicationDep, runtime: RuntimeDep, url: FormStr = ""
) -> Response:
    """Find what to read at an address and show its last items; nothing is saved. The network is asked outside of any transaction."""
    typed = url.strip()
    address = typed if "://" in typed or not typed else f"https://{typed}"
    found, error = None, None
    try:
        runtime.database.read(sources.check_new, publication.key, address)
        found = asyncio.run(_find(address, runtime.limits))
        runtime.database.read(sources.check_new, publication.key, found.url)
    except NewsletterError as wrong:
        error = wrong
    with runtime.database.reading() as session:
        return _list(
            session,
            runtime,
            publication,
            editor,
            typed=typed,
            found=None if error else found,
            error=error,
        )


@pages.post("")
def add(
    _: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    url: FormStr,
    kind: FormStr,
    title: FormStr = "",
    home_url: FormStr = "",
    category: FormStr = "",
    weight: Weight = 1.0,
    own: Own = False,
) -> Response:
    if kind not in discovery.KINDS:
        raise discovery.NoSourceKind
    key, now = publication.key, runtime.clock.now()
    sources.add(
        session,
        key,
        NewSource(
            url,
            title,
            weight=weight,
            kind=kind,
            home_url=absolute(home_url, ""),
            category=category,
            is_own=own,
        ),
        now=now,
    )
    return go_to("/desk/sources?told=added")


@pages.get("/feeds.opml")
def export(_: EditorDep, publication: PublicationDep, session: Reading) -> Response:
    """The active feeds, as other readers take them."""
    feeds, _others = sources.feed_outlines(session, publication.key)
    headers = {"Content-Disposition": 'attachment; filename="feeds.opml"'}
    return Response(write_opml(publication.name, feeds), media_type="text/x-opml", headers=headers)


@pages.post("/import")
def import_(
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    file: UploadFile,
) -> Response:
    """Add the feeds of a list, and say what in it could not be taken."""
    content = file.file.read(MOST_BYTES + 1)
    try:
        if len(content) > MOST_BYTES:
            raise TooLong
        listed = read_opml(content)
    except NewsletterError as error:
        return _list(session, runtime, publication, editor, error=error)
    added = sources.add_outlines(session, publication.key, listed.outlines, runtime.clock.now())
    return _list(
        session,
        runtime,
        publication,
        editor,
        taken=(added, len(listed.outlines) - added, listed.bad),
    )


@pages.get("/{source_id}")
def source_page(
    source_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    source = sources.find_source(session, publication.key, str(source_id))
    health = {
        one.id: standing
        for one, standing in sources.all_with_health(session, publication.key, runtime.clock.now())
    }
    return show(
        "desk/source.html",
        editor=editor,
        publication=publication,
        source=source,
        health=health[source.id],
    )


@pages.post("/{source_id}")
def change(
    source_id: int,
    _: EditorDep,
    publication: PublicationDep,
    session: Writing,
    title: FormStr = "",
    category: FormStr = "",
    weight: Weight = 1.0,
    own: Own = False,
) -> Response:
    sources.change(
        session,
        publication.key,
        str(source_id),
        title=title,
        category=category,
        weight=weight,
        is_own=own,
    )
    return go_to("/desk/sources?told=changed")


@pages.post("/{source_id}/retire")
def retire(source_id: int, _: EditorDep, publication: PublicationDep, session: Writing) -> Response:
    sources.retire(session, publication.key, str(source_id))
    return go_to("/desk/sources?told=retired")


@pages.post("/{source_id}/restore")
def restore(
    source_id: int, _: EditorDep, publication: PublicationDep, session: Writing
) -> Response:
    sources.restore(session, publication.key, str(source_id))
    return go_to("/desk/sources?told=restored")


async def _find(url: str, limits: Limits) -> Discovery:
    try:
        async with asyncio.timeout(LOOK_S), open_fetcher(limits) as fetcher:
            return await discovery.discover(fetcher, url)
    except TimeoutError:
        raise TooSlow from None


def _list(
    session: Session,
    runtime: Runtime,
    publication: Publication,
    editor: Editor,
    *,
    typed: str = "",
    found: Discovery | None = None,
    error: NewsletterError | None = None,
    taken: tuple[int, int, tuple[str, ...]] | None = None,
    told: str = "",
) -> Response:
    """The list; beside it what was found at an address, or what was wrong with what came in. What was typed stays."""
    return show(
        "desk/sources.html",
        status_of(error) if error else 200,
        editor=editor,
        publication=publication,
        rows=sources.all_with_health(session, publication.key, runtime.clock.now()),
        typed=typed,
        found=found,
        error=str(error or ""),
        taken=taken,
        told=told,
    )
