"""How long a source is left alone, and whose turn it is: pure rules, and turns that are taken for real."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.fetching.fetch_times import EVERY, LONGEST, back_off, wait_asked_for
from newsletter.fetching.pauses import Pauses, interleave_by_host
from newsletter.fetching.robots import Robots
from tests.samples.times import NOON


@given(st.integers(1, 40), st.integers(1, 10_000))
def test_each_failure_makes_the_wait_longer_up_to_a_day_give_or_take_a_seventh(
    failures: int, key: int
) -> None:
    plain = min(LONGEST, EVERY * 2 ** min(failures - 1, 10))
    assert plain * 6 / 7 <= back_off(failures, key) <= plain * 8 / 7
    assert back_off(failures, key) == back_off(failures, key), "the same each time it is asked"


def test_sources_that_failed_together_do_not_come_back_together() -> None:
    assert len({back_off(1, key) for key in range(200)}) == 200


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta()),
        ("99999999999999999999", LONGEST),
        ("Tue, 12 May 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Fri, 31 Dec 2099 23:59:59 GMT", LONGEST),
        ("Tue, 12 May 2020 13:00:00 GMT", None),
        ("soon", None),
        ("-5", None),
        ("१२", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_capped(
    header: str, expected: timedelta | None
) -> None:
    assert wait_asked_for(header, datetime(2026, 5, 12, 12, 0, tzinfo=UTC)) == expected


@given(st.text(max_size=40))
def test_no_retry_after_breaks_the_reader(header: str) -> None:
    assert (
        wait_asked_for(header, NOON) is None
        or timedelta() <= wait_asked_for(header, NOON) <= LONGEST
    )  # type: ignore[operator]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers())))
def test_turns_lose_nobody_and_a_busy_host_does_not_go_first_twice_while_another_waits(
    values: list[tuple[str, int]],
) -> None:
    order = list(interleave_by_host(values, lambda one: one[0]))
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


@pytest.mark.parametrize(
    ("code", "body", "allowed"),
    [
        (200, b"User-agent: *\nDisallow: /private/", {"/private/a": False, "/public": True}),
        (200, b"User-agent: Newsletter\nDisallow: /\n\nUser-agent: *\nAllow: /", {"/a": False}),
        (200, b"User-agent: other\nDisallow: /", {"/a": True}),
        (200, b"", {"/a": True}),
        (200, b"\xff\xfe<html>not rules", {"/a": True}),
        (204, b"", {"/a": True}),
        (403, b"", {"/a": True}),
        (404, b"", {"/a": True}),
        (429, b"", {"/a": False}),
        (500, b"User-agent: *\nAllow: /", {"/a": False}),
        (None, b"", {"/a": False}),
    ],
)
def test_robots_txt_means_what_rfc_9309_says(
    code: int | None, body: bytes, allowed: dict[str, bool]
) -> None:
    asked = []

    async def ask(url: str) -> tuple[int | None, bytes]:
        asked.append(url)
        return code, body

    async def play() -> dict[str, bool]:
        robots = Robots(ask)
        return {path: await robots.allow(f"https://news.example{path}") for path in allowed}

    assert asyncio.run(play()) == allowed
    assert asked == ["https://news.example/robots.txt"]
