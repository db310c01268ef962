"""Turns: the requests of one network are answered a few at a time; the others of it wait.

The pages share forty threads and one interpreter. Without turns one network could hold all of
them, and each of its requests that runs makes everybody else's slower.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.errors import NewsletterError, Unavailable
from newsletter.text import is_number
from subscribers.addresses import shorten_network


@dataclass(frozen=True, slots=True)
class TurnLimits:
    """Requests of one kind: how many of one network are answered at a time, how many may wait."""

    most: int
    most_waiting: int


# Enough to wait for the database in, and no faster with more.
PAGES = TurnLimits(10, 256)
# A reader can always leave, whatever else comes from their network: RFC 8058 posts of a large
# mailbox provider come from one, or from many readers behind one address. Who posts has decided,
# and so waits behind no page.
LEAVING = TurnLimits(8, 2000)
LEAVE_PAGES = TurnLimits(4, 256)
LEAVE_PATHS = ("/leave/", "/stop/")
MOST_LEAVING_BYTES = 4096  # as so many may wait in memory: a form of RFC 8058 has a score of bytes

Answer = Callable[[Request, NewsletterError], ASGIApp]


class TooManyFromHere(Unavailable):
    """Very many requests come from your network at this moment. Try again in a minute."""


@dataclass
class _Queue:
    """Requests of one network: how many are answered, and who waits, in order."""

    limits: TurnLimits
    answered: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Turns:
    """The ASGI application that hands on a few requests of each network at a time."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer
        self._queues: dict[tuple[str, TurnLimits], _Queue] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network = shorten_network(scope["client"][0]) if scope["client"] else ""
        try:
            async with self._turn(network, _limits_of(scope)):
                await self._app(scope, receive, send)
        except TooManyFromHere as error:
            await self._answer(Request(scope, receive), error)(scope, receive, send)

    @asynccontextmanager
    async def _turn(self, network: str, limits: TurnLimits) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises TooManyFromHere."""
        queue = self._queues.setdefault((network, limits), _Queue(limits))
        if queue.answered >= limits.most:
            await _wait(queue)
        else:
            queue.answered += 1
        try:
            yield
        finally:
            self._end(network, queue)

    def _end(self, network: str, queue: _Queue) -> None:
        """Give the turn to who waits longest."""
        # A turn is handed over without being given back: nobody who comes in between can take it.
        while queue.waiting:
            first = queue.waiting.popleft()
            if not first.done():
                first.set_result(None)
                return
        queue.answered -= 1
        if not queue.answered:
            self._queues.pop((network, queue.limits), None)


def _limits_of(scope: Scope) -> TurnLimits:
    """Return the limits of a request like this."""
    if not scope["path"].startswith(LEAVE_PATHS):
        return PAGES
    return LEAVING if scope["method"] == "POST" and _is_tiny(scope) else LEAVE_PAGES


def _is_tiny(scope: Scope) -> bool:
    """True for a request that says of its body that it is small."""
    length = Headers(scope=scope).get("content-length", "")
    return is_number(length) and int(length) <= MOST_LEAVING_BYTES


async def _wait(queue: _Queue) -> None:
    """Wait until a turn is given to us. Raises TooManyFromHere."""
    # Each that waits has its body in memory already.
    if len(queue.waiting) >= queue.limits.most_waiting:
        raise TooManyFromHere
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    queue.waiting.append(turn)
    await turn
