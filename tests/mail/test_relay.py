"""The relay: its address, what SMTP servers make of a letter, and the words when none is there."""

import asyncio

import aiosmtplib
import pytest

from newsletter.demo.inbox import Inbox, free_port
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, RelayAddress, RelayDown, read_relay_url
from tests.doubles.scripted_smtp import HANG_UP, ScriptedSmtp
from tests.mail.rig import (
    ADA,
    CONTENT,
    EDITOR,
    JUERGEN,
    LOGIN,
    TO_ADA,
    TO_JUERGEN,
    assert_says,
    offer,
    server,
    tell,
)

# Where the relay is


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://relay.example", RelayAddress("relay.example", 587, "start")),
        ("smtp://relay.example:2525", RelayAddress("relay.example", 2525, "start")),
        ("smtps://relay.example", RelayAddress("relay.example", 465, "implicit")),
        ("smtp+plain://127.0.0.1", RelayAddress("127.0.0.1", 25, "none")),
        ("smtp://[::1]:25", RelayAddress("::1", 25, "start")),
        (
            f"smtps://{LOGIN}@relay.example",
            RelayAddress("relay.example", 465, "implicit", "news@inference.example", "p@ss:word"),
        ),
    ],
)
def test_the_address_of_a_relay_says_where_it_is_and_how_to_speak_to_it(
    url: str, address: RelayAddress
) -> None:
    assert read_relay_url(url) == address


def test_aiosmtplib_has_what_we_take_from_its_inside() -> None:
    # docs/adr/0006: our own session takes the transport over; a new release may not let it go
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=1)
    assert (client.transport, client.protocol) == (None, None)
    assert client.esmtp_extensions == {}
    assert client.is_ehlo_or_helo_needed


# What a real server makes of a letter


@pytest.mark.parametrize("scheme", ["smtp", "smtp+plain"])
def test_a_letter_arrives_byte_for_byte(scheme: str) -> None:
    with server() as inbox:
        [outcome] = offer(f"{scheme}://127.0.0.1:{inbox.port}", TO_ADA)
    assert outcome == Outcome("accepted", 250, "2.0.0", "2.0.0 kept")
    assert [(got.mail_from, got.rcpt_to, got.content) for got in inbox.letters] == [
        (EDITOR, ADA, CONTENT)
    ]


def test_each_letter_has_its_own_outcome_over_the_same_connection() -> None:
    with server(Inbox(refusing={"gone@readers.example": "550 5.1.1 no such reader"})) as inbox:
        letters = [
            Letter(EDITOR, to, [CONTENT])
            for to in (ADA, "gone@readers.example", "zoe@readers.example")
        ]
        outcomes = offer(f"smtp://127.0.0.1:{inbox.port}", *letters)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "refused", "accepted"]
    assert outcomes[1] == Outcome("refused", 550, "5.1.1", "5.1.1 no such reader")
    assert [got.rcpt_to for got in inbox.letters] == [ADA, "zoe@readers.example"]


def test_a_letter_that_is_too_large_is_refused() -> None:
    with server(data_size_limit=1000) as inbox:
        [outcome] = offer(f"smtp://127.0.0.1:{inbox.port}", Letter(EDITOR, ADA, [CONTENT * 20]))
    assert (outcome.kind, outcome.code) == ("deferred", 552), "a size is ours to mend"
    assert inbox.letters == []


def test_an_address_outside_ascii_is_refused_where_it_cannot_be_carried_and_the_next_goes() -> None:
    with server(enable_SMTPUTF8=False) as inbox:
        outcomes = offer(f"smtp://127.0.0.1:{inbox.port}", TO_JUERGEN, TO_ADA)
    assert [(outcome.kind, outcome.enhanced) for outcome in outcomes] == [
        ("refused", "5.6.7"),
        ("accepted", "2.0.0"),
    ]
    assert [got.rcpt_to for got in inbox.letters] == [ADA]


def test_an_address_outside_ascii_is_carried_when_the_relay_can() -> None:
    with server() as inbox:
        outcomes = offer(f"smtp://127.0.0.1:{inbox.port}", TO_JUERGEN, TO_ADA)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted"]
    assert [got.rcpt_to for got in inbox.letters] == [JUERGEN, ADA]


def test_an_address_in_quotes_is_carried_and_one_that_would_say_more_to_the_relay_is_not_said() -> (
    None
):
    quoted = ['"ada b"@readers.example', r'"a>b\"@c"@readers.example', '"ü b"@readers.example']
    hostile = [
        "a b@readers.example",
        "a@b>\r\nDATA\r\n",
        '"a\r\nb"@readers.example',
        '"a" > b"@readers.example',
        '"a b"@x> SIZE=1',
    ]
    with server() as inbox:
        outcomes = offer(
            f"smtp://127.0.0.1:{inbox.port}",
            *[TO_ADA._replace(rcpt_to=address) for address in (*quoted, *hostile)],
        )
    assert [outcome.enhanced for outcome in outcomes] == ["2.0.0"] * 3 + ["5.1.3"] * 5
    assert [got.rcpt_to for got in inbox.letters] == quoted


def test_an_address_outside_ascii_is_carried_as_the_first_letter_of_a_plain_connection() -> None:
    with server() as inbox:
        [outcome] = offer(f"smtp+plain://127.0.0.1:{inbox.port}", TO_JUERGEN)
    assert outcome.kind == "accepted"


# A relay that is not there


@pytest.mark.parametrize("scheme", ["smtp", "smtps", "smtp+plain"])
def test_when_nobody_listens_the_error_names_the_place_and_what_to_do(scheme: str) -> None:
    port = free_port()
    with pytest.raises(RelayDown) as raised:
        offer(f"{scheme}://{LOGIN}@127.0.0.1:{port}", TO_ADA)
    assert_says(
        raised.value,
        f"127.0.0.1:{port}",
        "Look at relay_url in newsletter.toml",
        "whether the server runs",
        "letters wait",
    )


@pytest.mark.parametrize(
    "greeting",
    [HANG_UP, "421 4.3.2 too busy" + HANG_UP, "554 5.7.1 not for you" + HANG_UP, "what?" + HANG_UP],
)
def test_a_relay_that_does_not_welcome_us_is_down(greeting: str) -> None:
    relay = ScriptedSmtp((greeting,))
    with pytest.raises(RelayDown) as raised:
        tell(relay, TO_ADA)
    assert_says(raised.value, f"127.0.0.1:{relay.port}", "Look at relay_url in newsletter.toml")


def test_a_relay_that_was_down_is_used_when_it_is_back() -> None:
    port = free_port()

    async def down_and_back() -> Outcome:
        line = Connection(read_relay_url(f"smtp://127.0.0.1:{port}"))
        with pytest.raises(RelayDown):
            await line.offer(TO_ADA)
        with server(Inbox(port=port)):
            outcome = await line.offer(TO_ADA)
            await line.close()
        return outcome

    assert asyncio.run(down_and_back()).kind == "accepted"
