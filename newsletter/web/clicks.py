"""Counted links and the pixel, answered before the routes of the pages: several thousand a second.

A path that cannot be answered here (a damaged token, a place that the edition lacks) goes on to the
pages below, which say why. An answer leads to an address of the edition's own links table, or to
where an editor has pointed that link since, and nowhere else.
"""

import asyncio
import base64
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.editions.tracked import is_counted
from newsletter.errors import NewsletterError, NotFound, Unavailable
from newsletter.runtime import Runtime
from newsletter.text import is_number
from newsletter.tokens import unpair
from newsletter.tracking.recording import NewEvent, Recorder, network_of, visitor_of
from newsletter.tracking.robots import OPEN, sign_of
from newsletter.tracking.targets import LinkTargets, read_targets
from newsletter.web.requests import RuntimeDep

pages = APIRouter()
# One transparent point.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
HEADERS = [
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
]
PIXEL = 200, [(b"content-type", b"image/gif"), (b"content-length", b"%d" % len(GIF))], GIF
SAFE = "!#$%&'()*+,/:;=?@[]~"  # signs that a valid address holds as they are
# A link that an editor pointed elsewhere may lead to its former place for this long.
FRESH = timedelta(seconds=1)
EDITIONS = 256  # remembered
NAP_S = 0.005
PATIENCE_S = 5.0


class NoSuchLink(NotFound):
    """There is no such link in that letter. Open it again from the letter, whole, or find the issue
    in the archive."""


class ForPrograms(NotFound):
    """You followed a link that is hidden in the letter, for programs to fall into. Nothing is here;
    the issue is in the archive."""


class CounterFull(Unavailable):
    """We cannot count this visit at the moment. Follow the link again in a minute."""


Answer = tuple[int, list[tuple[bytes, bytes]], bytes]  # status, headers, body


class Clicks:
    """The ASGI application that counts and leads on, and hands everything else to the next one."""

    def __init__(
        self,
        app: ASGIApp,
        runtime: Runtime,
        recorder: Recorder,
    ) -> None:
        self._app = app
        self._runtime = runtime
        self._recorder = recorder
        self._known: dict[int, tuple[datetime, LinkTargets]] = {}

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if (
            scope["type"] == "http"
            and scope["path"][:3] in ("/c/", "/o/")
            and scope["method"] in ("GET", "HEAD")
        ):
            answer = await self._answer(scope)
            if answer is not None:
                status, headers, body = answer
                start = {"type": "http.response.start", "status": status}
                await send(start | {"headers": headers + HEADERS})
                body = b"" if scope["method"] == "HEAD" else body
                await send({"type": "http.response.body", "body": body})
                return
        await self._app(scope, receive, send)

    async def _answer(self, scope: Scope) -> Answer | None:
        """Count a visit and return the answer; None for paths that the pages answer."""
        _, kind, token, *rest = scope["path"].split("/")
        now = self._runtime.clock.now()
        try:
            edition_id, message_id = unpair(self._runtime.signer.read("click", token, now))
            targets = await self._targets(edition_id, now)
        except NewsletterError:
            return None
        link = OPEN if kind == "o" and not rest else place_in(targets.urls, rest)
        if link is None:
            return None
        if targets.mode != "off":
            reader = message_id if targets.mode == "individual" else 0
            event = self._event(
                scope,
                edition_id,
                link,
                reader,
                len(targets.urls),
                now,
            )
            if not await self._taken(event):
                return None
        return _lead_on(targets.urls, link)

    def _event(
        self,
        scope: Scope,
        edition_id: int,
        link: int,
        message_id: int,
        hidden: int,
        now: datetime,
    ) -> NewEvent:
        """Return the visit as an event; `hidden` is the place of the link that no person sees."""
        headers = dict(scope["headers"])
        sign = "honey" if link == hidden else sign_of(scope["method"], headers)
        agent = headers.get(b"user-agent", b"")
        secret = self._runtime.settings.secret
        address = _address(scope)
        visitor = visitor_of(secret, now.date(), address, agent)
        return NewEvent(
            edition_id,
            link,
            message_id,
            visitor,
            sign,
            now,
            network_of(secret, now.date(), address),
        )

    async def _taken(self, hit: NewEvent) -> bool:
        """Wait for a place in the buffer, within reason."""
        until = time.monotonic() + PATIENCE_S
        while not self._recorder.take(hit):
            if time.monotonic() > until:
                return False
            await asyncio.sleep(NAP_S)
        return True

    async def _targets(self, edition_id: int, now: datetime) -> LinkTargets:
        known = self._known.get(edition_id)
        if known is not None and now - known[0] < FRESH:
            return known[1]
        if known is not None:
            # Visits that come while this one looks take the old targets instead of looking too.
            self._known[edition_id] = now, known[1]
        elif len(self._known) >= EDITIONS:
            self._known.clear()
        targets = await asyncio.to_thread(self._runtime.database.read, read_targets, edition_id)
        self._known[edition_id] = now, targets
        return targets


def count_clicks(app: FastAPI, runtime: Runtime, recorder: Recorder) -> None:
    """Put the counter before the pages."""
    app.add_middleware(Clicks, runtime=runtime, recorder=recorder)


@pages.get("/c/{rest:path}")
@pages.get("/o/{rest:path}")
def no_such_link(rest: str, runtime: RuntimeDep) -> Response:
    """Refuse a path that the counter did not answer, and say why."""
    token, *place = rest.split("/")
    edition_id, _ = unpair(runtime.signer.read("click", token, runtime.clock.now()))
    urls = runtime.database.read(read_targets, edition_id).urls
    link = place_in(urls, place)
    if link is None:
        raise NoSuchLink
    raise ForPrograms if link == len(urls) else CounterFull


def place_in(urls: Sequence[str], rest: Sequence[str]) -> int | None:
    """Return the place of a link by the rest of its path, or None if there is no such link.

    len(urls) is the place of the hidden link, into which only programs fall.
    """
    if len(rest) != 1 or not (is_number(rest[0]) and len(rest[0]) < 4):
        return None
    place = int(rest[0])
    if place == len(urls):
        return place
    return place if place < len(urls) and is_counted(urls[place]) else None


def _lead_on(urls: Sequence[str], link: int) -> Answer | None:
    """Return the pixel, or the way to a link's address; None for the hidden link."""
    if link == OPEN:
        return PIXEL
    if link == len(urls):
        return None
    location = quote(urls[link], safe=SAFE).encode()
    return 302, [(b"location", location), (b"content-length", b"0")], b""


def _address(scope: Scope) -> str:
    return scope["client"][0] if scope["client"] else ""
