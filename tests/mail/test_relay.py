"""The relay: its address, what real SMTP servers make of a letter, TLS and login."""

import asyncio
import base64
from dataclasses import replace
from pathlib import Path

import aiosmtplib
import pytest

from newsletter.demo.inbox import Inbox, free_port
from newsletter.mail.failures import NotOffered
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, LoginRefused, RelayAddress, RelayDown, read_relay_url
from tests.doubles.scripted_smtp import FINE, GO_ON, GREETING, HANG_UP, ScriptedSmtp
from tests.mail.rig import (
    ADA,
    CONTENT,
    EDITOR,
    JUERGEN,
    LOGIN,
    TO_ADA,
    TO_JUERGEN,
    WRONG_LOGIN,
    Certificate,
    assert_says,
    login_needed,
    offer,
    self_signed,
    server,
    tell,
    tls,
    verbs,
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
            Letter(EDITOR, to, CONTENT)
            for to in (ADA, "gone@readers.example", "zoe@readers.example")
        ]
        outcomes = offer(f"smtp://127.0.0.1:{inbox.port}", *letters)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "refused", "accepted"]
    assert outcomes[1] == Outcome("refused", 550, "5.1.1", "5.1.1 no such reader")
    assert [got.rcpt_to for got in inbox.letters] == [ADA, "zoe@readers.example"]


def test_a_letter_that_is_too_large_is_refused() -> None:
    with server(data_size_limit=1000) as inbox:
        [outcome] = offer(f"smtp://127.0.0.1:{inbox.port}", Letter(EDITOR, ADA, CONTENT * 20))
    assert (outcome.kind, outcome.code) == ("refused", 552)
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
            *[replace(TO_ADA, rcpt_to=address) for address in (*quoted, *hostile)],
        )
    assert [outcome.enhanced for outcome in outcomes] == ["2.0.0"] * 3 + ["5.1.3"] * 5
    assert [got.rcpt_to for got in inbox.letters] == quoted


def test_an_address_outside_ascii_is_carried_as_the_first_letter_of_a_plain_connection() -> None:
    with server() as inbox:
        [outcome] = offer(f"smtp+plain://127.0.0.1:{inbox.port}", TO_JUERGEN)
    assert outcome.kind == "accepted"


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1."""
    return self_signed(tmp_path_factory.mktemp("right"), "IP:127.0.0.1")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for another host."""
    return self_signed(tmp_path_factory.mktemp("foreign"), "DNS:elsewhere.example")


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate for 127.0.0.1, trusted as an operator would make it: by SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.chain))
    return certificate


def test_starttls_is_used_when_the_relay_offers_it(trusted: Certificate) -> None:
    with server(tls_context=trusted.context(), require_starttls=True) as inbox:
        outcomes = offer(f"smtp://127.0.0.1:{inbox.port}", TO_ADA, TO_ADA)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted"]
    assert len(inbox.letters) == 2


def test_implicit_tls_is_spoken_to_smtps(trusted: Certificate) -> None:
    with server(ssl_context=trusted.context()) as inbox:
        outcomes = offer(f"smtps://127.0.0.1:{inbox.port}", TO_ADA, TO_ADA)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted"]
    assert len(inbox.letters) == 2


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_an_address_outside_ascii_is_carried_as_the_first_letter_inside_tls(
    scheme: str, trusted: Certificate
) -> None:
    with server(**tls(scheme, trusted)) as inbox:
        [outcome] = offer(f"{scheme}://127.0.0.1:{inbox.port}", TO_JUERGEN)
    assert outcome.kind == "accepted"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_trusts_gets_no_letter_and_the_reason_is_said(
    scheme: str, certificate: Certificate
) -> None:
    with server(**tls(scheme, certificate)) as inbox, pytest.raises(RelayDown) as raised:
        offer(f"{scheme}://{LOGIN}@127.0.0.1:{inbox.port}", TO_ADA)
    assert inbox.letters == []
    assert_says(
        raised.value,
        f"127.0.0.1:{inbox.port}",
        "certificate verify failed",
        "relay_url in newsletter.toml",
    )


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_trusted_certificate_of_another_host_gets_no_letter(
    scheme: str, foreign: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(foreign.chain))
    with server(**tls(scheme, foreign)) as inbox, pytest.raises(RelayDown, match="127.0.0.1"):
        offer(f"{scheme}://127.0.0.1:{inbox.port}", TO_ADA)
    assert inbox.letters == []


def test_a_plain_address_does_without_the_tls_that_is_offered(certificate: Certificate) -> None:
    with server(tls_context=certificate.context()) as inbox:
        [outcome] = offer(f"smtp+plain://127.0.0.1:{inbox.port}", TO_ADA)
    assert outcome.kind == "accepted"


def test_a_letter_does_not_go_in_the_clear_when_the_offered_tls_fails() -> None:
    relay = ScriptedSmtp(
        (
            GREETING,
            "250-relay.example\r\n250 STARTTLS",
            "454 4.7.0 no TLS today",
            FINE,
            FINE,
            GO_ON,
            FINE,
        )
    )
    with pytest.raises(RelayDown, match="no TLS today"):
        tell(relay, TO_ADA)
    assert verbs(relay) == [["EHLO", "STARTTLS"]]


# Logging in


@pytest.mark.parametrize("other", ["PLAIN", "LOGIN"])
def test_the_right_password_is_accepted_by_each_way_of_logging_in(
    other: str, trusted: Certificate
) -> None:
    with server(**tls("smtp", trusted), **login_needed(), auth_exclude_mechanism=[other]) as inbox:
        outcomes = offer(f"smtp://{LOGIN}@127.0.0.1:{inbox.port}", TO_ADA, TO_ADA)
    assert [outcome.kind for outcome in outcomes] == ["accepted", "accepted"]


@pytest.mark.parametrize("other", ["PLAIN", "LOGIN", ""])
def test_a_wrong_password_is_said_without_showing_it(other: str, trusted: Certificate) -> None:
    with (
        server(**tls("smtp", trusted), **login_needed(), auth_exclude_mechanism=[other]) as inbox,
        pytest.raises(LoginRefused) as raised,
    ):
        offer(f"smtp://{WRONG_LOGIN}@127.0.0.1:{inbox.port}", TO_ADA)
    assert inbox.letters == []
    assert_says(raised.value, "refused our name or password", "Mend relay_url in newsletter.toml")


@pytest.mark.filterwarnings(
    "ignore:Requiring AUTH"
)  # the server does not count implicit TLS as TLS
def test_logging_in_works_inside_implicit_tls(trusted: Certificate) -> None:
    with server(**tls("smtps", trusted), **login_needed(), auth_require_tls=False) as inbox:
        [outcome] = offer(f"smtps://{LOGIN}@127.0.0.1:{inbox.port}", TO_ADA)
        with pytest.raises(LoginRefused):
            offer(f"smtps://{WRONG_LOGIN}@127.0.0.1:{inbox.port}", TO_ADA)
    assert outcome.kind == "accepted"


def test_a_relay_that_asks_for_a_login_that_we_lack_refuses_no_letter(trusted: Certificate) -> None:
    with (
        server(**tls("smtp", trusted), **login_needed()) as inbox,
        pytest.raises((NotOffered, LoginRefused)),
    ):
        offer(f"smtp://127.0.0.1:{inbox.port}", TO_ADA)


# A relay that is not there


@pytest.mark.parametrize("scheme", ["smtp", "smtps", "smtp+plain"])
def test_when_nobody_listens_it_is_said_where_and_what_to_do(scheme: str) -> None:
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


def test_a_token_logs_in_where_there_is_no_password_and_a_new_one_is_read_at_the_next_login(
    tmp_path: Path,
) -> None:
    file = tmp_path / "token"
    script = [
        GREETING,
        "250-relay.example\r\n250 AUTH XOAUTH2",
        "235 2.7.0 welcome",
        FINE,
        FINE,
        GO_ON,
        FINE,
        "221 bye",
    ]
    logins = []
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        logins.append(asyncio.run(_by_token(file, script)))
    assert logins == [
        b"user=sender\x01auth=Bearer first\x01\x01",
        b"user=sender\x01auth=Bearer second\x01\x01",
    ]


async def _by_token(file: Path, script: list[str]) -> bytes:
    async with ScriptedSmtp(script) as server:
        address = read_relay_url(f"smtp+plain://sender@127.0.0.1:{server.port}", str(file))
        line = Connection(address)
        assert (await line.offer(TO_ADA)).kind == "accepted"
        await line.close()
    login = next(command for command in server.heard[0] if command.startswith("AUTH"))
    return base64.b64decode(login.split()[-1])
