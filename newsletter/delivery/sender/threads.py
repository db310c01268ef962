"""A thread beside the event loop, for waits that would hold it up: of a disk, or of a database."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

R = TypeVar("R")
Asked = tuple[Callable[[], Any], asyncio.Future[Any], asyncio.AbstractEventLoop]


class SerialThread:
    """One thread that makes calls in their order, until `end`.

    asyncio.to_thread takes some times longer for each call: it copies a context, takes locks, and
    wakes one thread of many. Each letter pays for its share of the calls of its group.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked: SimpleQueue[Asked | None] = SimpleQueue()
        self._has_begun = False

    async def run(self, call: Callable[[], R]) -> R:
        """Make this call after those before it, and return what it returns or raise its error."""
        if not self._has_begun:
            self._begin()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._asked.put((call, answer, loop))
        return await answer

    def end(self) -> None:
        """Let the thread end after its calls. They are not waited for: that would block."""
        self._asked.put(None)

    def _begin(self) -> None:
        self._has_begun = True
        # in this context, so that its log lines are about the same delivery
        work = partial(copy_context().run, self._work)
        threading.Thread(target=work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            call, answer, loop = asked
            try:
                result = call()
            except BaseException as error:  # it is raised where it was called
                _hand_over(loop, _fail, answer, error)
            else:
                _hand_over(loop, _answer, answer, result)


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    do: Callable[[asyncio.Future[Any], Any], None],
    answer: asyncio.Future[Any],
    result: object,
) -> None:
    # a loop that was closed meanwhile has nobody who waits
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(do, answer, result)


def _answer(answer: asyncio.Future[R], result: R) -> None:
    if not answer.done():
        answer.set_result(result)


def _fail(answer: asyncio.Future[Any], error: BaseException) -> None:
    if not answer.done():
        answer.set_exception(error)
