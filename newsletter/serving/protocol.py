"""uvicorn's protocol, with an end to each wait and a limit to a request's head.

uvicorn ends only connections that are silent after an answer. One that never sends a request, or
half of one, or does not take its answer, would stay for ever.
"""

import asyncio
import logging
import socket
import struct
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import Server

from newsletter.serving.connections import Awaited, OpenConnections, Wait

log = logging.getLogger(__name__)
MOST_HEAD_BYTES = 64 * 1024  # as h11 has it; httptools has no limit of its own
HEADER_SIGNS = len(b": \r\n")
# What is said before a request is whole, so that no page can answer it.
UNREADABLE = "400 Bad Request"
TOO_LATE = "408 Request Timeout"
TOO_LARGE = "431 Request Header Fields Too Large"
CROWDED = "503 Service Unavailable"
WORDS = {
    UNREADABLE: "This request cannot be read. Open the page again and try from there.",
    TOO_LATE: "The request did not come whole in its time. Send it again.",
    TOO_LARGE: "The head of this request is too large. Delete the cookies of this site.",
    CROWDED: "Too many are here right now. Try again in some seconds.",
}
# A body whose request is answered already is passed over: its sender reads when all is sent.
MOST_PASSED_OVER_BYTES = 2 * 1024 * 1024
# Requests that wait behind another one of their connection. Each takes a hundred times the memory
# that its few bytes take on the wire.
MOST_IN_A_ROW = 32
RESET = struct.pack("ii", 1, 0)  # socket(7): linger for no time
LOOK_EVERY = 5  # of uvicorn's ticks, ten a second

Ours = OpenConnections["Guarded"]


class TooManyInARow(Exception):
    """A connection sent more requests than it waited for answers."""


class HeadTooLarge(Exception):
    """A head is larger than any of a browser."""


class Guarded(HttpToolsProtocol):
    """One connection, which tells `OpenConnections` what it waits for.

    made ── HEAD ──> (a whole request: work) ──> HEAD ──> …
             │ ^              │    ^
             v └── answered   v    └── taken
            BODY            TAKING (the other side does not read)
    """

    def __init__(self, all_of_them: Ours, headers: Mapping[str, str], **given: Any) -> None:
        super().__init__(**given)
        self._all = all_of_them
        self._headers = headers
        self._answering: RequestResponseCycle | None = None
        self._head_bytes = 0  # of the request that is read, with what trails behind its body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """asyncio's hook: count the connection, and end the one that has to go for it."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        leaver = self._all.let_in(self, host, time.monotonic())
        if leaver is self:
            self._refuse(CROWDED, {"Retry-After": "5"})
        elif leaver is not None:
            leaver.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's hook: forget the connection and all that it asked for."""
        self._all.leave(self)
        # uvicorn knows the last request of the connection only: with several in a row (RFC 9112,
        # 9.3.2) the one that is answered would write to what is closed, and the others would run.
        self.pipeline.clear()
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """asyncio's hook: hand the bytes to the parser, and see what is awaited after them."""
        wait = self._all.hear(self, len(data))
        super().data_received(data)
        if wait is not None and self._is_head_too_large(wait):
            self._refuse(TOO_LARGE)
        elif wait is not None and self._awaited() is not wait.awaited:
            self._note()

    def on_message_begin(self) -> None:
        """The parser's hook: a request begins."""
        if len(self.pipeline) >= MOST_IN_A_ROW:
            raise TooManyInARow  # the parser makes it an error of its own: 400, and the end
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """The parser's hook: a piece of the request's address."""
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser's hook: a header, or a field that trails behind a body."""
        self._count_head(len(name) + len(value) + HEADER_SIGNS)
        super().on_header(name, value)

    def send_400_response(self, msg: str) -> None:
        """uvicorn's way out after an error of the parser; its answer has no headers of ours."""
        self._refuse(TOO_LARGE if self._head_bytes > MOST_HEAD_BYTES else UNREADABLE)

    # uvicorn has no public place that tells which request of a connection is answered.
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """uvicorn's hook: an answer is handed over, and the next request may come."""
        super().on_response_complete()
        # An answer may be complete and still wait in our buffer for the other side.
        if not self.flow.write_paused:
            self._note()

    def pause_writing(self) -> None:
        """asyncio's hook: our buffer is full, as the other side does not read."""
        super().pause_writing()
        self._all.wait(self, Awaited.TAKING, time.monotonic())

    def resume_writing(self) -> None:
        """asyncio's hook: the other side read enough of it."""
        super().resume_writing()
        self._note()

    def end_late(self, wait: Wait) -> None:
        """End a wait that took too long. Who sent something hears why (RFC 9110, 15.5.9)."""
        is_answered = self.cycle is not None and self.cycle.response_started
        if wait.awaited is Awaited.HEAD and not wait.received:
            self.transport.close()
        elif wait.awaited is Awaited.TAKING or (wait.awaited is Awaited.BODY and is_answered):
            self.end()
        else:
            self._refuse(TOO_LATE)

    def end(self) -> None:
        """End the connection at once, whatever is unsent: its place is needed."""
        self._all.leave(self)
        # Silent ones, of which there may be thousands a second, have nothing unsent.
        if self.transport.get_write_buffer_size():
            _forget_unsent(self.transport)
        self.transport.abort()

    def _note(self) -> None:
        """Note what is waited for from now on.

        Each time a wait begins anew: its time counts from here.
        """
        awaited = self._awaited()
        if awaited is None:
            self._all.work(self)
        else:
            self._all.wait(self, awaited, time.monotonic())

    def _awaited(self) -> Awaited | None:
        """Return what the other side has to do next; None while it is our turn."""
        if self.flow.write_paused:
            return Awaited.TAKING
        if self.cycle is None or self.cycle.response_complete:
            return Awaited.HEAD
        return Awaited.BODY if self.cycle.more_body else None

    def _count_head(self, size: int) -> None:
        """Count bytes of a head. Raises HeadTooLarge."""
        # A head that comes at once has its end already when data_received looks.
        self._head_bytes += size
        if self._head_bytes > MOST_HEAD_BYTES:
            raise HeadTooLarge

    def _is_head_too_large(self, wait: Wait) -> bool:
        """True if more came than a head may have, and it has no end yet."""
        if wait.awaited is not Awaited.HEAD or self._awaited() is not Awaited.HEAD:
            return False
        is_cut_off = self.cycle is not None and self.cycle.more_body
        return wait.received > (MOST_PASSED_OVER_BYTES if is_cut_off else MOST_HEAD_BYTES)

    def _refuse(self, status: str, more: Mapping[str, str] | None = None) -> None:
        """Answer without the application, and close."""
        if self.transport.is_closing():
            return
        words = f"{WORDS[status]}\n"
        headers = {
            **self._headers,
            **(more or {}),
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(words)),
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*lines, "", words]).encode("ascii"))
        self.transport.close()


def _forget_unsent(transport: asyncio.Transport) -> None:
    """Let the kernel reset the connection when it is closed.

    It would keep what the other side does not take, and try to send it, for a quarter of an hour.
    """
    own = transport.get_extra_info("socket")
    if own is not None and own.fileno() >= 0:
        with socket.fromfd(own.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


class GuardedServer(Server):
    """uvicorn's server, which ends the connections whose wait is over."""

    def __init__(
        self,
        config: Config,
        connections: Ours,
        headers: Mapping[str, str],
    ) -> None:
        # uvicorn asks for a class, and only calls it.
        config.http = cast(type[asyncio.Protocol], partial(Guarded, connections, headers))
        super().__init__(config)
        self._all = connections

    async def on_tick(self, counter: int) -> bool:
        """Look for late connections, and do what uvicorn does."""
        if counter % LOOK_EVERY == 0:
            self._end_late()
        return await super().on_tick(counter)

    def _end_late(self) -> None:
        """End each connection whose wait is over, and note how many."""
        late = self._all.late(time.monotonic())
        for connection, wait in late:
            connection.end_late(wait)
        if late:
            log.debug("Ended %d connections that kept us waiting", len(late))
