"""Turns: one network's crowd waits for itself, and everybody else is answered."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import pytest
from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from newsletter.errors import NewsletterError
from newsletter.web.limits.turns import LEAVE_PAGES, LEAVING, PAGES, Turns


class Slow:
    """An application that answers when it may, and counts whom it has in hand."""

    def __init__(self) -> None:
        self.in_hand: list[str] = []
        self.most = 0
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.in_hand.append(scope["client"][0])
        self.most = max(self.most, len(self.in_hand))
        await self.may_answer.wait()
        self.in_hand.remove(scope["client"][0])
        await PlainTextResponse("done")(scope, receive, send)


def refuse(_: Request, error: NewsletterError) -> PlainTextResponse:
    return PlainTextResponse(str(error), 503)


async def leave(turns: Turns, host: str, length: str = "26") -> int:
    headers = [(b"content-length", length.encode())]
    return await ask(turns, host, "/leave/a-token", "POST", headers)


async def ask(
    turns: Turns,
    host: str,
    path: str = "/",
    method: str = "GET",
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    scope = {
        "type": "http",
        "path": path,
        "client": (host, 1),
        "method": method,
        "headers": headers,
    }
    await turns(scope, receive, send)
    return statuses[0]


async def settle() -> None:
    """Let every task come as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


def begin(*asked: Coroutine[Any, Any, int]) -> list[asyncio.Task[int]]:
    return [asyncio.ensure_future(one) for one in asked]


def test_a_crowd_of_one_network_waits_and_a_reader_elsewhere_does_not() -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        crowd = begin(*(ask(turns, f"192.0.2.{number % 200}") for number in range(100)))
        await settle()
        assert len(slow.in_hand) == PAGES.most
        others = begin(ask(turns, "198.51.100.1"), ask(turns, "192.0.2.9", "/leave/a-token"))
        await settle()
        assert len(slow.in_hand) == PAGES.most + 2
        slow.may_answer.set()
        assert set(await asyncio.gather(*crowd, *others)) == {200}
        assert slow.most == PAGES.most + 2
        assert not turns._queues, "networks that are answered are forgotten"

    asyncio.run(play())


def test_a_crowd_that_leaves_waits_for_itself_too() -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        crowd = begin(*(leave(turns, "192.0.2.1") for _ in range(50)))
        await settle()
        assert len(slow.in_hand) == LEAVING.most
        slow.may_answer.set()
        assert set(await asyncio.gather(*crowd)) == {200}

    asyncio.run(play())


def test_a_crowd_beyond_reason_is_refused() -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        crowd = begin(*(ask(turns, "192.0.2.1") for _ in range(PAGES.most + PAGES.most_waiting)))
        await settle()
        assert await ask(turns, "192.0.2.1") == 503
        slow.may_answer.set()
        assert set(await asyncio.gather(*crowd)) == {200}

    asyncio.run(play())


def test_a_turn_that_ends_by_an_error_or_is_given_up_goes_to_the_next() -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        held = begin(*(ask(turns, "192.0.2.1") for _ in range(PAGES.most)))
        await settle()
        given_up, patient = begin(ask(turns, "192.0.2.1"), ask(turns, "192.0.2.1"))
        await settle()
        given_up.cancel()
        held[0].cancel()
        await settle()
        assert len(slow.in_hand) == PAGES.most + 1, "the cancelled one is not taken off the list"
        slow.may_answer.set()
        with pytest.raises(asyncio.CancelledError):
            await held[0]
        assert await patient == 200
        await asyncio.gather(*held[1:])
        assert not turns._queues

    asyncio.run(play())


def test_who_posts_to_leave_waits_behind_no_page_and_is_not_turned_away() -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        pages = begin(*(ask(turns, "192.0.2.1", "/leave/a-token") for _ in range(400)))
        leaving = begin(*(leave(turns, "192.0.2.1") for _ in range(LEAVING.most_waiting)))
        await settle()
        assert len(slow.in_hand) == LEAVE_PAGES.most + LEAVING.most
        slow.may_answer.set()
        assert set(await asyncio.gather(*leaving)) == {200}
        statuses = await asyncio.gather(*pages)
        assert statuses.count(200) == LEAVE_PAGES.most + LEAVE_PAGES.most_waiting
        assert set(statuses) == {200, 503}

    asyncio.run(play())


@pytest.mark.parametrize("length", ["", "5000", "1" * 19])
def test_only_small_posts_wait_in_the_long_queue(length: str) -> None:
    async def play() -> None:
        slow = Slow()
        turns = Turns(slow, refuse)
        asked = begin(*(leave(turns, "192.0.2.1", length) for _ in range(50)))
        await settle()
        assert len(slow.in_hand) == LEAVE_PAGES.most
        slow.may_answer.set()
        assert set(await asyncio.gather(*asked)) == {200}

    asyncio.run(play())
