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
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.errors import NewsletterError, Unavailable
from subscribers.addresses import shorten_network

MOST = 10  # of one network at a time: enough to wait for the database in, and no faster with more
# A reader can always leave, whatever else comes from their network: RFC 8058 posts of a large
# mailbox provider come from one.
MOST_LEAVING = 8
MOST_WAITING = 256
LEAVING = ("/leave/", "/stop/")

Answer = Callable[[Request, NewsletterError], ASGIApp]


class TooManyFromHere(Unavailable):
    """Very many requests come from your network at this moment. Try again in a minute."""


@dataclass
class _Queue:
    """Requests of one network: how many are answered, of how many, and who waits, in order."""

    most: int
    answered: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Turns:
    """The ASGI application that hands on a few requests of each network at a time."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer
        self._queues: dict[tuple[str, int], _Queue] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        network = shorten_network(scope["client"][0]) if scope["client"] else ""
        most = MOST_LEAVING if scope["path"].startswith(LEAVING) else MOST
        try:
            async with self._turn(network, most):
                await self._app(scope, receive, send)
        except TooManyFromHere as error:
            await self._answer(Request(scope, receive), error)(scope, receive, send)

    @asynccontextmanager
    async def _turn(self, network: str, most: int) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises TooManyFromHere."""
        queue = self._queues.setdefault((network, most), _Queue(most))
        if queue.answered >= most:
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
            self._queues.pop((network, queue.most), None)


async def _wait(queue: _Queue) -> None:
    """Wait until a turn is given to us. Raises TooManyFromHere."""
    # Each that waits has its body in memory already.
    if len(queue.waiting) >= MOST_WAITING:
        raise TooManyFromHere
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    queue.waiting.append(turn)
    await turn
