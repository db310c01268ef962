"""A delivery that goes several ways at once: to other relays by domain, and slower to some."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable

import pytest

from newsletter.database import Database
from newsletter.delivery.sender.sending import Sender
from newsletter.demo.inbox import Inbox
from newsletter.mail.failures import NotOffered
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Route
from newsletter.publications.preferences import set_domain_rate
from tests.delivery.rig import Rig, planned, receiving

BIG, SMALL = (
    [f"reader{n}@{domain}" for n in range(450)] for domain in ("big.example", "small.example")
)


def big_domain_to(port: int) -> Route:
    return Route("", "big.example", read_relay_url(f"smtp+plain://127.0.0.1:{port}"))


def deliver(rig: Rig, inbox: Inbox, big_port: int) -> None:
    with rig.sender(inbox, routes=[big_domain_to(big_port)]) as sender:
        asyncio.run(sender.deliver(rig.delivery_id))


def domains(inbox: Inbox) -> Counter[str]:
    return Counter(letter.rcpt_to.rpartition("@")[2] for letter in inbox.letters)


def test_a_domain_with_a_route_goes_to_its_own_relay_and_everybody_gets_one_letter(
    database: Database,
) -> None:
    rig = planned(database, *BIG[:60], *SMALL[:60])
    with receiving() as usual, receiving() as big:
        deliver(rig, usual, big.port)
        assert domains(usual) == {"small.example": 60}
        assert domains(big) == {"big.example": 60}
    assert rig.ledger().messages == {"accepted": 120}


def test_a_slow_relay_of_one_domain_does_not_hold_up_the_others(database: Database) -> None:
    rig = planned(database, *BIG, *SMALL[:40])  # more than may be laid aside come before the others
    with (
        receiving() as usual,
        receiving(delay_s=0.2) as big,
        rig.sender(usual, routes=[big_domain_to(big.port)]) as sender,
    ):
        asyncio.run(
            _deliver_until(
                sender, rig.delivery_id, lambda: len(usual.letters) == 40 and len(big.letters) > 0
            )
        )
        assert domains(usual) == {"small.example": 40}
        assert 0 < len(big.letters) < len(BIG)
    assert rig.ledger().messages["planned"] == len(BIG) - len(big.letters), (
        "the rest of the slow ones waits"
    )


async def _deliver_until(sender: Sender, delivery_id: int, is_seen: Callable[[], bool]) -> None:
    sending = asyncio.create_task(sender.deliver(delivery_id))
    while not (is_seen() or sending.done()):  # noqa: ASYNC110  # other threads fill what is seen
        await asyncio.sleep(0.01)
    sender.stopping = True
    await sending


def test_when_the_relay_of_one_domain_is_down_the_others_go_and_its_letters_wait(
    database: Database,
) -> None:
    rig = planned(database, *BIG[:40], *SMALL[:40])
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with receiving() as usual, pytest.raises(NotOffered, match="relay_url"):
            deliver(rig, usual, closed.getsockname()[1])
    assert domains(usual) == {"small.example": 40}
    assert rig.ledger().messages == {"accepted": 40, "planned": 40}
    assert all(
        message.due_at > rig.clock.now()
        for message in rig.messages()
        if message.status == "planned"
    )


def test_letters_to_a_domain_go_no_faster_than_a_person_allows_and_the_others_at_full_speed(
    database: Database,
) -> None:
    rig = planned(database, *BIG[:30], *SMALL[:200])
    database.write(set_domain_rate, rig.publication.key, "Big.example", 10)
    with receiving() as usual, rig.sender(usual) as sender:
        began = time.monotonic()
        asyncio.run(sender.deliver(rig.delivery_id))
        first = domains(usual)
        assert first["small.example"] == 200
        assert first["big.example"] <= 1 + 10 * (time.monotonic() - began)
        waiting = [message for message in rig.messages() if message.status == "planned"]
        assert waiting
        spread = max(message.due_at for message in waiting) - rig.clock.now()
        assert spread.total_seconds() >= (len(waiting) - 1) / 10 - 1, "each has a turn of its own"
    database.write(set_domain_rate, rig.publication.key, "big.example", 0)
    rig.clock.move_to(max(message.due_at for message in waiting))
    with receiving() as usual:
        rig.send(usual)
    assert rig.ledger().messages == {"accepted": 230}


def test_a_sender_that_stops_waits_for_no_relay_that_says_nothing(database: Database) -> None:
    rig = planned(database, *SMALL[:5])

    async def stop_while_it_connects(sender: Sender, silent: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        delivering = asyncio.create_task(sender.deliver(rig.delivery_id))
        connection, _ = await asyncio.wait_for(loop.sock_accept(silent), 10)
        sender.stopping = True
        with connection:
            await asyncio.wait_for(delivering, 10)  # the relay has a minute to greet

    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        nobody = Inbox(port=silent.getsockname()[1])
        with rig.sender(nobody) as sender:
            asyncio.run(stop_while_it_connects(sender, silent))
    assert rig.ledger().messages == {"planned": 5}
