"""The entrance: a request's host and path say which publication's pages are asked for.

Behind it every path is that of the first publication: /ai-weekly/archive is /archive of the
publication there. What leads back out (links of pages, redirects) gets the prefix here and in
`rendering.py`, so that no page and no template has to know of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.publications.models import Publication
from newsletter.publications.own_urls import RESERVED, former_urls, host_of
from newsletter.publications.reading import all_publications
from newsletter.runtime import Runtime
from newsletter.urls import DESKS, Urls
from newsletter.web.errors import answer_database_error
from newsletter.web.rendering import PREFIX, is_local

FOUND = "publication"  # in the scope of a request: whose pages are asked for
DESK = "/desk"
LEADING = ("location", "hx-redirect", "hx-location", "hx-push-url")  # headers that name a page


@dataclass(frozen=True, slots=True)
class WaysIn:
    """The publications, by each way in: an own host, a path, and the slug of the desk's path."""

    hosts: Mapping[str, Publication]
    paths: Mapping[str, Publication]
    slugs: Mapping[str, Publication]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes: to the pages of a publication, or to another URL (`leads_to`).

    Without a publication it is the first one's.
    """

    path: str
    publication: Publication | None = None
    prefix: str = ""
    leads_to: str = ""
    is_moved: bool = False  # for ever; an order that is sent there is still carried out


class Entrance:
    """The ASGI application that hands a request on with the publication that was asked for."""

    def __init__(
        self,
        app: ASGIApp,
        runtime: Runtime,
    ) -> None:
        self._app = app
        self._runtime = runtime
        self._host = host_of(runtime.settings.public_url)

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http" or self._is_first(scope):
            await self._app(
                scope,
                receive,
                send,
            )
            return
        try:
            known = await run_in_threadpool(self._runtime.database.read, read_known)
        except OperationalError as error:
            answer = answer_database_error(Request(scope, receive), error)
            await answer(scope, receive, send)
            return
        way = find_way(
            known,
            self._runtime.urls,
            _host_of(scope),
            scope["path"],
        )
        await self._enter(way, scope, receive, send)

    def _is_first(self, scope: Scope) -> bool:
        """True for what only the first publication can have: most requests need no look-up."""
        return _is_ours(scope["path"]) and _host_of(scope) == self._host

    async def _enter(
        self,
        way: Destination,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        is_look = scope["method"] in ("GET", "HEAD")
        if way.leads_to and (is_look or not way.is_moved):
            query = scope["query_string"].decode("latin-1")
            url = way.leads_to + (f"?{query}" if query else "")
            answer = RedirectResponse(url, 301 if way.is_moved else 307)
            await answer(scope, receive, send)
            return
        PREFIX.set(way.prefix)  # for this request: its task ends with it
        inner = {**scope, "path": way.path, FOUND: way.publication}
        await self._app(inner, receive, _prefixed(send, way.prefix) if way.prefix else send)


def read_known(session: Session) -> WaysIn:
    """Read the ways in. Where a publication is wins over where another one was."""
    everyone = {publication.key: publication for publication in all_publications(session)}
    by_url = {former.url: everyone[former.publication_id] for former in former_urls(session)}
    by_url |= {each.own_url: each for each in everyone.values() if each.own_url}
    return WaysIn(
        {host_of(url): each for url, each in by_url.items() if host_of(url)},
        {url: each for url, each in by_url.items() if not host_of(url)},
        {f"/{each.slug}": each for each in everyone.values()},
    )


def find_way(
    known: WaysIn,
    urls: Urls,
    host: str,
    path: str,
) -> Destination:
    """Say where a request goes, by its host and path."""
    publication = known.hosts.get(host)
    if publication:
        return _to_pages(publication, urls, host, "", path)
    first, rest = _cut(path)
    publication = known.paths.get(first)
    if publication:
        return _to_pages(publication, urls, "", first, rest)
    slug, rest = _cut(rest)
    publication = known.slugs.get(slug) if first == DESKS else None
    return _to_desk(publication, urls, f"{DESKS}{slug}", rest) if publication else Destination(path)


def is_at_desk(path: str) -> bool:
    """True if a path is the desk's."""
    return path == DESK or path.startswith(f"{DESK}/")


def _to_pages(
    publication: Publication, urls: Urls, host: str, prefix: str, path: str
) -> Destination:
    """The way to the public pages: the desk is elsewhere, and they may have moved since."""
    path = path or "/"
    theirs = urls.of(publication)
    if is_at_desk(path):
        return Destination(path, leads_to=theirs.desk() + quote(path.removeprefix(DESK)))
    is_here = publication.own_url == prefix or (host and host_of(publication.own_url) == host)
    leads_to = "" if is_here else theirs.home() + quote(path[1:])
    return Destination(path, publication, prefix, leads_to, not is_here)


def _to_desk(
    publication: Publication,
    urls: Urls,
    prefix: str,
    path: str,
) -> Destination:
    """The way to a desk; public pages that it links to are at their own URL."""
    theirs = urls.of(publication)
    if not is_at_desk(path):
        return Destination(
            path, leads_to=theirs.home() + quote(path[1:]) if path else theirs.desk()
        )
    if not publication.own_url:  # the first one's desk has no prefix
        return Destination(path, leads_to=theirs.desk() + quote(path.removeprefix(DESK)))
    return Destination(path, publication, prefix)


def _is_ours(path: str) -> bool:
    """True for a path of our own pages, where no publication can be."""
    word = _cut(path)[0][1:]
    return not word or (word in RESERVED and word != DESKS[1:])


def _cut(path: str) -> tuple[str, str]:
    """Return /ai-weekly/archive as /ai-weekly and /archive."""
    word, slash, rest = path[1:].partition("/")
    return f"/{word}", slash + rest


def _host_of(scope: Scope) -> str:
    """The host that was asked for. Several, or a strange one, are none: the door refuses them."""
    named = Headers(scope=scope).getlist("host")
    return host_of(f"{scope['scheme']}://{named[0]}") if len(named) == 1 else ""


def _prefixed(
    send: Send,
    prefix: str,
) -> Send:
    """Return a `send` that leads to pages below the prefix."""

    async def prefixed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in LEADING:
                if is_local(headers.get(name, "")):
                    headers[name] = prefix + headers[name]
        await send(message)

    return prefixed
