"""The brake: a refused login is answered late, from memory, and nobody else waits."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from newsletter.desk.turnstile import MOST_WAITING
from newsletter.intake.guessing import OF_ADDRESS
from newsletter.web.application import application
from tests.samples.times import NOON
from tests.web.asking import Answer, Site, site

AWAY, FAR = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def here(sqlite_url: str) -> Iterator[Site]:
    with site(sqlite_url, NOON) as opened:
        opened.log_out()
        yield opened


class Pauses:
    """Counts the pauses, and lets them go when it is told to."""

    def __init__(self, let_go: bool = True) -> None:
        self.count = 0
        self._begun = asyncio.Semaphore(0)
        self.let_go = asyncio.Event()
        if let_go:
            self.let_go.set()

    async def __call__(self) -> None:
        self.count += 1
        self._begun.release()
        await self.let_go.wait()

    async def begun(self, times: int) -> None:
        """Wait until so many more pauses have begun."""
        for _ in range(times):
            await self._begun.acquire()


def guess(here: Site, network: str, address: str = "nobody@inference.example") -> Answer:
    return here.post_from(network, "/desk/login", address=address, password="wrong")


def test_only_a_refused_login_is_answered_late(here: Site) -> None:
    pauses = Pauses()
    here.app = application(here.runtime, pause=pauses)
    assert here.get("/desk/login").status == 200
    assert here.get("/desk").status == 303
    assert here.post("/link", email="ada@readers.example").status == 200
    assert pauses.count == 0
    assert guess(here, AWAY).status == 403
    assert pauses.count == 1


def test_who_waits_is_answered_from_memory_until_the_time_is_over(here: Site) -> None:
    assert [guess(here, AWAY).status for _ in range(6)] == [403] * 5 + [429]
    here.runtime.database.close()
    with here.runtime.database.writing() as session:  # nobody else can write now
        answer = guess(here, AWAY)
        assert session.is_active
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    assert "need not wait" in answer.text
    assert guess(here, FAR).status == 403, "another network does not wait"
    here.clock.move_by(timedelta(seconds=61))
    assert guess(here, AWAY).status == 403


def test_a_crowd_is_answered_at_once_and_a_known_browser_is_not_part_of_it(here: Site) -> None:
    async def storm() -> tuple[list[int], int]:
        pauses = Pauses(let_go=False)
        here.app = application(here.runtime, pause=pauses)
        asked = [
            asyncio.create_task(here.send_login(f"198.51.{number}.1"))
            for number in range(MOST_WAITING + 5)
        ]
        await pauses.begun(len(asked))
        token = here.runtime.signer.sign("browser", 1)
        known = asyncio.create_task(here.send_login(AWAY, f"browser={token}"))
        await pauses.begun(1)
        pauses.let_go.set()
        statuses = sorted(answer.status for answer in await asyncio.gather(*asked))
        return statuses, (await known).status

    strangers, known = asyncio.run(storm())
    assert strangers == [403] * (MOST_WAITING + 1) + [503] * 4
    assert known == 403


def test_a_browser_that_is_no_editor_s_waits_like_others(here: Site) -> None:
    here.cookies["browser"] = "forged"
    assert [guess(here, AWAY).status for _ in range(6)] == [403] * 5 + [429]


def test_of_many_networks_only_so_many_are_remembered(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsletter.web.limits.login_brake.MOST_NETWORKS", 1)
    for network in (AWAY, FAR):
        assert [guess(here, network).status for _ in range(6)] == [403] * 5 + [429]
    assert guess(here, AWAY).status == 429, "forgotten here, and known by the database"


def test_an_address_that_waits_keeps_no_other_editor_of_the_network_out(here: Site) -> None:
    for number in range(OF_ADDRESS.free):
        guess(here, f"198.18.{number}.1")
    here.clock.move_by(timedelta(seconds=61))
    guess(here, FAR)
    assert guess(here, AWAY).status == 429, "the address waits in every network"
    assert guess(here, AWAY, "bob@inference.example").status == 403, "and nobody else does"
    for _ in range(4):
        guess(here, AWAY, "bob@inference.example")
    waits = guess(here, AWAY).headers["retry-after"]
    assert int(waits) > 60, "of the address, which is longer than that of the network"
    bob = guess(here, AWAY, "bob@inference.example")
    assert (bob.status, bob.headers["retry-after"]) == (429, "60")
