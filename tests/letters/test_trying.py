"""A try of the relay ends with what it said, whatever goes wrong, and never with a secret."""

import asyncio

import pytest

from newsletter.demo.inbox import Inbox, free_port
from newsletter.letters.trying import RelayTrial, try_relay
from newsletter.mail.relay import RelayAddress
from tests.doubles.scripted_smtp import HANG_UP, ScriptedSmtp
from tests.mail.rig import TO_ADA

SECRET = "a password of the relay"


def tried(port: int, most_s: float = 30, tls: str = "none") -> RelayTrial:
    relay = RelayAddress("127.0.0.1", port, tls, "mara" if tls == "start" else "", SECRET)
    return asyncio.run(try_relay(relay, TO_ADA, most_s))


async def scripted(*script: str) -> RelayTrial:
    async with ScriptedSmtp(script) as server:
        port = int(server.url.rsplit(":", 1)[1])
        return await try_relay(RelayAddress("127.0.0.1", port, "none"), TO_ADA, 5)


def test_a_relay_that_takes_it_is_quoted() -> None:
    inbox = Inbox()
    inbox.start()
    trial = tried(inbox.port)
    inbox.stop()
    assert trial.is_accepted
    assert trial.reply.startswith("250")
    assert trial.relay == f"127.0.0.1:{inbox.port}"


def test_nobody_there_is_said_and_nothing_is_promised_of_later() -> None:
    trial = tried(free_port())
    assert not trial.is_accepted
    assert "does not answer" in trial.sentence
    assert "letters wait" not in trial.sentence


def test_a_relay_without_tls_gets_no_password_and_none_is_shown() -> None:
    inbox = Inbox()
    inbox.start()
    trial = tried(inbox.port, tls="start")
    inbox.stop()
    assert not trial.is_accepted
    assert SECRET not in repr(trial)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (("220 x", "250 x", "250 ok", "550 5.7.1 Sender not allowed"), "5.7.1"),
        (("220 x", "250 x", HANG_UP), ""),
    ],
)
def test_a_refusal_is_shown_in_the_words_of_the_relay(script: tuple[str, ...], words: str) -> None:
    trial = asyncio.run(scripted(*script))
    assert not trial.is_accepted
    assert words in trial.sentence + trial.reply
