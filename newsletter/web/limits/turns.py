"""Turns: the requests of one network are answered a few at a time; the others of it wait.

The pages share forty threads. Without turns one network could hold all of them.
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

MOST = 24  # of one network at a time
MOST_WAITING = 256
# A reader can always leave: RFC 8058 posts of a large mailbox provider come from one network.
NO_TURN = ("/leave/", "/stop/", "/health")

Answer = Callable[[Request, NewsletterError], ASGIApp]


class TooManyFromHere(Unavailable):
    """Very many requests come from your network at this moment. Try again in a minute."""


@dataclass
class _Queue:
    """The requests of one network: how many are answered, and who waits, in order."""

    answered: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Turns:
    """The ASGI application that hands on a few requests of each network at a time."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self._app = app
        self._answer = answer
        self._queues: dict[str, _Queue] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(NO_TURN):
            await self._app(scope, receive, send)
            return
        client = scope["client"]
        try:
            async with self._turn(shorten_network(client[0]) if client else ""):
                await self._app(scope, receive, send)
        except TooManyFromHere as error:
            await self._answer(Request(scope, receive), error)(scope, receive, send)

    @asynccontextmanager
    async def _turn(self, network: str) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises TooManyFromHere."""
        queue = self._queues.setdefault(network, _Queue())
        if queue.answered >= MOST:
            await _wait(queue)
        else:
            queue.answered += 1
        try:
            yield
        finally:
            self._end(network, queue)

    def _end(self, network: str, queue: _Queue) -> None:
        """Give the turn to who waits longest."""
        while queue.waiting:
            first = queue.waiting.popleft()
            if not first.done():
                first.set_result(None)
                return
        queue.answered -= 1
        if not queue.answered:
            self._queues.pop(network, None)


async def _wait(queue: _Queue) -> None:
    """Wait until a turn is given to us. Raises TooManyFromHere."""
    if len(queue.waiting) >= MOST_WAITING:
        raise TooManyFromHere
    turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    queue.waiting.append(turn)
    await turn
