"""A serial thread: calls in their order, errors where they were called, none lost."""

import asyncio
import threading

import pytest

from newsletter.delivery.sender.threads import SerialThread


def test_calls_are_made_in_their_order_by_one_thread_beside_the_loop() -> None:
    async def check() -> None:
        thread = SerialThread("a test")
        made: list[int] = []
        by: set[int] = set()

        def call(number: int) -> int:
            made.append(number)
            by.add(threading.get_ident())
            return number

        answers = await asyncio.gather(
            *(thread.run(lambda number=number: call(number)) for number in range(20))
        )
        thread.end()
        assert answers == made == list(range(20))
        assert len(by) == 1
        assert threading.get_ident() not in by

    asyncio.run(check())


def test_an_error_is_raised_where_the_call_was_made_and_the_next_call_is_made() -> None:
    async def check() -> None:
        thread = SerialThread("a test")

        def fail() -> None:
            raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space"):
            await thread.run(fail)
        assert await thread.run(lambda: 7) == 7
        thread.end()

    asyncio.run(check())


def test_a_call_whose_caller_gave_up_is_made_to_its_end() -> None:
    """A transaction that was begun is not left half made because a slice ends."""

    async def check() -> None:
        thread = SerialThread("a test")
        let = threading.Event()
        made: list[str] = []

        def wait() -> None:
            let.wait(10)
            made.append("first")

        first = asyncio.create_task(thread.run(wait))
        await asyncio.sleep(0)
        first.cancel()
        let.set()
        await thread.run(lambda: made.append("second"))
        thread.end()
        assert made == ["first", "second"]

    asyncio.run(check())
