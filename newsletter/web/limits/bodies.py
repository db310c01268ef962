"""Bodies: read whole and counted before a page begins; a large one needs a login first.

A page gets a body of up to a megabyte from memory, so nothing of a stranger touches the disk. Only
lists may be larger. Their sender must be logged in before the first byte is read.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.brands import logos
from newsletter.cadence import holidays
from newsletter.errors import NewsletterError, Refused, Unavailable
from newsletter.lists import uploads
from newsletter.publications import cues

MOST_BYTES = 1024 * 1024
MOST_FEEDS_BYTES = 5_000_000  # of a list of feeds
FORM_BYTES = 64 * 1024  # of a form around a file: its other fields, and the edges between them
# Bodies up to this size are always read: no storm of large ones keeps a reader from leaving.
SMALL_BYTES = 64 * 1024
SHARED_BYTES = 32 * 1024 * 1024  # for all larger ones at a time
LINGER_S = 1.0
LINGER_BYTES = 2 * 1024 * 1024

# What takes a file, and how much. A test finds a page with a file that is missing.
LARGER = {
    "/desk/readers/import": uploads.MOST_BYTES + FORM_BYTES,
    "/desk/settings/cues/upload": cues.MOST_BYTES + FORM_BYTES,
    "/desk/settings/look/logo": logos.MOST_BYTES + FORM_BYTES,
    "/desk/settings/skipped/import": holidays.MOST_BYTES + FORM_BYTES,
    "/desk/sources/import": MOST_FEEDS_BYTES + FORM_BYTES,
}

Answer = Callable[[Request, NewsletterError], ASGIApp]
LoginCheck = Callable[[Request], None]  # it asks the database


class BodyTooLarge(Refused):
    """That is more than this page takes. Send less at once."""

    def __init__(self, most_bytes: int) -> None:
        megabytes = round(most_bytes / MOST_BYTES)
        super().__init__(f"This page takes {megabytes} MB and no more. Send less at once.")


class TooMuchAtOnce(Unavailable):
    """Many large forms arrive at this moment. Nothing was done with yours. Send it again in a
    minute."""


class _Gone(Exception):
    """The other side went away before its body was whole."""


class Bodies:
    """The ASGI application that reads a body, or refuses it, before the next one begins.

    `check_login` raises LoginNeeded; `answer` turns an error into an answer.
    """

    def __init__(self, app: ASGIApp, check_login: LoginCheck, answer: Answer) -> None:
        self._app = app
        self._check_login = check_login
        self._answer = answer
        self._shared = 0  # bytes of larger bodies in memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        most = LARGER.get(scope["path"], MOST_BYTES)
        try:
            if scope["path"] in LARGER:
                await run_in_threadpool(self._check_login, request)
            _refuse_declared(request, most)
            if scope["path"] in LARGER:
                await self._pass_stream(scope, receive, send, most)
            else:
                await self._pass_whole(scope, receive, send, most)
        except NewsletterError as error:
            await _answer_and_close(self._answer(request, error), scope, receive, send)
        except _Gone:
            return

    async def _pass_whole(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        most: int,
    ) -> None:
        """Read the body, then let the application have it."""
        body = bytearray()
        try:
            await self._read(receive, body, most)
            await self._app(scope, _replay(bytes(body), receive), send)
        finally:
            self._shared -= max(0, len(body) - SMALL_BYTES)

    async def _read(self, receive: Receive, body: bytearray, most: int) -> None:
        """Read a body into memory. Raises BodyTooLarge, TooMuchAtOnce or _Gone."""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            self._keep(body, message.get("body", b""), most)
            more = message.get("more_body", False)

    def _keep(self, body: bytearray, piece: bytes, most: int) -> None:
        """Add a piece to a body, and what is over the small size to the account of all bodies."""
        before = max(0, len(body) - SMALL_BYTES)
        if len(body) + len(piece) > most:
            raise BodyTooLarge(most)
        added = max(0, len(body) + len(piece) - SMALL_BYTES) - before
        if added and self._shared + added > SHARED_BYTES:
            raise TooMuchAtOnce
        self._shared += added
        body += piece

    async def _pass_stream(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        most: int,
    ) -> None:
        """Let the application read a list piece by piece. Raises BodyTooLarge."""
        stream = _Stream(receive, send, most)
        try:
            await self._app(scope, stream.receive, stream.send)
        except Exception:
            # What the page makes of a body that broke off is no news.
            if not stream.is_over:
                raise
        if stream.is_over and not stream.has_begun:
            raise BodyTooLarge(most)


@dataclass
class _Stream:
    """A body that is counted while the application reads it, and ends where it is too large."""

    _receive: Receive
    _send: Send
    _left: int
    has_begun: bool = False

    @property
    def is_over(self) -> bool:
        """True if more came than may be."""
        return self._left < 0

    async def receive(self) -> Message:
        """Give the next piece; a disconnect where the body is too large.

        The framework raises for a disconnect, so no page goes on with half a list.
        """
        if self.is_over:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_over else message

    async def send(self, message: Message) -> None:
        """Hand an answer on, unless the body was too large."""
        # The application thinks that its visitor went; what it says to that is for nobody.
        if self.is_over and not self.has_begun:
            return
        self.has_begun = True
        await self._send(message)


def _has_body(scope: Scope) -> bool:
    """True if a request may have a body: also GET, by its headers (RFC 9112, 6)."""
    if scope["method"] not in ("GET", "HEAD"):
        return True
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


def _refuse_declared(request: Request, most: int) -> None:
    """Raise BodyTooLarge for a body that says itself how large it is."""
    length = request.headers.get("content-length", "")
    # A number of twenty digits is too large, whatever it is; int() has a limit of its own.
    if length.isdecimal() and (len(length) > 20 or int(length) > most):
        raise BodyTooLarge(most)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body which was read, and after it what comes."""
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replayed() -> Message:
        for message in given:
            return message
        return await receive()

    return replayed


async def _answer_and_close(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer, and read on for a moment before the connection ends.

    A connection that ends with unread bytes is reset, and some senders then never see the answer
    (RFC 9112, 9.6).
    """

    async def lingering(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            await send({**message, "headers": headers})
            return
        if message.get("more_body", False):
            await send(message)
            return
        await send({**message, "more_body": True})
        await _pass_over(receive)
        await send({"type": "http.response.body", "body": b""})

    await answer(scope, receive, lingering)


async def _pass_over(receive: Receive) -> None:
    """Read and forget what still comes, for a second at the most.

    A stranger who goes on sending must not keep us reading: two megabytes are more than the
    buffers on the way hold.
    """
    left = LINGER_BYTES
    try:
        async with asyncio.timeout(LINGER_S):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return
