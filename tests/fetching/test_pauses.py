"""Pauses: one request at a time to each host, a gap after it, and no more in all than allowed."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from newsletter.fetching.pauses import Pauses, interleave_by_host


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())))
def test_turns_lose_nobody_and_a_busy_host_does_not_go_first_twice_while_another_waits(
    values: list[tuple[str, int]],
) -> None:
    order = list(interleave_by_host(values, lambda value: value[0]))
    assert sorted(order) == sorted(values)
    seen: dict[str, int] = {}
    turns = []
    for host, _ in order:
        seen[host] = seen.get(host, 0) + 1
        turns.append(seen[host])
    assert turns == sorted(turns)


def test_a_host_has_one_request_at_a_time_and_all_together_no_more_than_allowed() -> None:
    now: dict[str, int] = {"all": 0}
    most: dict[str, int] = {}

    async def request(pauses: Pauses, host: str) -> None:
        async with pauses.request_to(host):
            for key in (host, "all"):
                now[key] = now.get(key, 0) + 1
                most[key] = max(most.get(key, 0), now[key])
            await asyncio.sleep(0.001)
            for key in (host, "all"):
                now[key] -= 1

    async def play() -> None:
        pauses = Pauses(at_once=3, gap_s=0.0)
        await asyncio.gather(*(request(pauses, f"host{n % 6}") for n in range(30)))

    asyncio.run(play())
    assert most == {"all": 3, **{f"host{n}": 1 for n in range(6)}}


def test_a_host_is_left_in_peace_after_each_request_even_after_one_that_failed() -> None:
    async def play() -> float:
        pauses = Pauses(at_once=3, gap_s=0.05)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with pauses.request_to("news.example"):
                raise ConnectionError
        except ConnectionError:
            pass
        async with pauses.request_to("news.example"):
            return loop.time() - began

    assert asyncio.run(play()) >= 0.05


def test_a_host_that_is_left_alone_keeps_its_first_reason() -> None:
    pauses = Pauses(at_once=1, gap_s=0.0)
    pauses.leave_alone("news.example", "too many requests")
    pauses.leave_alone("news.example", "again")
    assert pauses.reason_left_alone("news.example") == "too many requests"
    assert pauses.reason_left_alone("other.example") == ""
