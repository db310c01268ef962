"""The relay: what real SMTP servers on loopback make of a letter, and what scripted ones do that no good server does."""

import asyncio
import base64
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from newsletter.demo.inbox import Inbox, free_port
from newsletter.mail.failures import NotOffered
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, LoginRefused, RelayAddress, RelayDown, read_relay_url
from tests.doubles.scripted_smtp import FINE, GO_ON, GREETING, HANG_UP, HELLO, ScriptedSmtp

EDITOR = "editor@inference.example"
ADA = "ada@readers.example"
JUERGEN = "jürgen@readers.example"
CONTENT = b"Subject: Tuesday\r\n\r\nHello,\r\n.\r\n..a line that begins with dots\r\n"
TO_ADA = Letter(EDITOR, ADA, CONTENT)
TO_JUERGEN = Letter(EDITOR, JUERGEN, CONTENT)
LOGIN = "news%40inference.example:p%40ss%3Aword"
WRONG_LOGIN = "news%40inference.example:guess%23work"
ONE_LETTER = (GREETING, HELLO, FINE, FINE, GO_ON, FINE)
LET_GO = 0.05  # seconds in which a hang-up is noticed on loopback


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


def test_an_address_outside_ascii_is_refused_when_the_relay_cannot_carry_it_and_the_next_letter_goes_on() -> (
    None
):
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
            *[replace(TO_ADA, rcpt_to=one) for one in (*quoted, *hostile)],
        )
    assert [outcome.enhanced for outcome in outcomes] == ["2.0.0"] * 3 + ["5.1.3"] * 5
    assert [got.rcpt_to for got in inbox.letters] == quoted


def test_an_address_outside_ascii_is_carried_as_the_first_letter_of_a_plain_connection() -> None:
    with server() as inbox:
        [outcome] = offer(f"smtp+plain://127.0.0.1:{inbox.port}", TO_JUERGEN)
    assert outcome.kind == "accepted"


# TLS


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate and its key, as files."""

    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


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


# A relay that misbehaves before the content left


@pytest.mark.parametrize(
    "before", [(GREETING, HELLO), (GREETING, HELLO, FINE)], ids=["MAIL", "RCPT"]
)
@pytest.mark.parametrize("end", [HANG_UP, "421 4.3.2 going down" + HANG_UP])
def test_a_hang_up_before_the_content_leaves_the_letter_not_offered(
    before: Sequence[str], end: str
) -> None:
    relay = ScriptedSmtp((*before, end))
    with pytest.raises(NotOffered) as raised:
        tell(relay, TO_ADA)
    assert "DATA" not in verbs(relay)[0]
    assert "before the letter was offered" in str(raised.value)


def test_a_hang_up_at_the_data_command_leaves_the_letter_not_offered() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, HANG_UP))
    with pytest.raises(NotOffered):
        tell(relay, TO_ADA)


def test_after_a_421_the_next_letter_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, "421 4.7.0 too many letters" + HANG_UP), ONE_LETTER)

    async def twice() -> Outcome:
        async with relay:
            line = Connection(read_relay_url(relay.url))
            with pytest.raises(NotOffered, match="too many letters"):
                await line.offer(TO_ADA)
            outcome = await line.offer(TO_ADA)
            await line.close()
        return outcome

    assert asyncio.run(twice()).kind == "accepted"
    assert len(relay.heard) == 2


# What a relay says to the envelope


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("550 5.1.1 no such reader", Outcome("refused", 550, "5.1.1", "5.1.1 no such reader")),
        (
            "550-5.7.1 we do not\r\n550 5.7.1 like you",
            Outcome("refused", 550, "5.7.1", "5.7.1 we do not 5.7.1 like you"),
        ),
        ("554 no", Outcome("refused", 554, "", "no")),
        (
            "451 4.7.1 greylisted, come back",
            Outcome("deferred", 451, "4.7.1", "4.7.1 greylisted, come back"),
        ),
        ("452 4.2.2 mailbox full", Outcome("deferred", 452, "4.2.2", "4.2.2 mailbox full")),
    ],
)
def test_a_reply_to_rcpt_is_the_outcome_and_the_connection_serves_the_next_letter(
    reply: str, outcome: Outcome
) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, reply, FINE, FINE, FINE, GO_ON, FINE))
    outcomes = tell(relay, TO_ADA, TO_ADA)
    assert outcomes == [outcome, Outcome("accepted", 250, "2.0.0", "2.0.0 fine")]
    assert verbs(relay)[0][:6] == ["EHLO", "MAIL", "RCPT", "RSET", "MAIL", "RCPT"]


def test_a_relay_that_says_later_to_the_sender_spends_no_readers_attempt() -> None:
    with pytest.raises(NotOffered, match="later"):
        tell(ScriptedSmtp((GREETING, HELLO, "451 4.3.0 later", FINE)), TO_ADA)


def test_a_refusal_counts_though_the_relay_hangs_up_after_it() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, "550 5.1.1 no such reader" + HANG_UP))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code, outcome.enhanced) == ("refused", 550, "5.1.1")


def test_nothing_is_accepted_of_which_the_content_was_not_sent() -> None:
    kinds: list[str] = []
    with server(Inbox(refusing={ADA: "252 2.1.5 will try"})) as inbox, suppress(NotOffered):
        kinds = [outcome.kind for outcome in offer(f"smtp://127.0.0.1:{inbox.port}", TO_ADA)]
    assert inbox.letters == []
    assert "accepted" not in kinds


# What a relay says to the content


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("250 2.0.0 queued as 7", Outcome("accepted", 250, "2.0.0", "2.0.0 queued as 7")),
        ("552 5.3.4 too large", Outcome("refused", 552, "5.3.4", "5.3.4 too large")),
        ("554 5.7.1 looks like spam", Outcome("refused", 554, "5.7.1", "5.7.1 looks like spam")),
        ("451 4.3.0 later", Outcome("deferred", 451, "4.3.0", "4.3.0 later")),
        ("421 4.3.2 going down" + HANG_UP, Outcome("deferred", 421, "4.3.2", "4.3.2 going down")),
    ],
)
def test_a_reply_to_the_content_is_the_outcome(reply: str, outcome: Outcome) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, reply))
    assert tell(relay, TO_ADA) == [outcome]
    assert "Subject: Tuesday" in relay.heard[0][4]


@pytest.mark.parametrize("reply", ["451 4.3.0 no room", "554 5.5.1 no valid recipients"])
def test_a_reply_to_the_data_command_is_the_outcome_and_the_content_stays_here(reply: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, reply))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code) == (
        "deferred" if reply.startswith("4") else "refused",
        int(reply[:3]),
    )
    assert "Subject: Tuesday" not in str(relay.heard)


@pytest.mark.parametrize("end", [HANG_UP, "hm?", "300 go on?", "999 what"])
def test_when_the_content_left_and_no_clear_reply_came_the_letter_is_uncertain(end: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, end))
    [outcome] = tell(relay, TO_ADA)
    assert (outcome.kind, outcome.code) == ("uncertain", None)
    assert outcome.text
    assert "Subject: Tuesday" in relay.heard[0][4]


# A connection lost between letters


@pytest.mark.parametrize("last", [FINE + HANG_UP, "421 4.3.2 going down" + HANG_UP])
def test_a_connection_lost_between_letters_is_opened_again(last: str) -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, last), ONE_LETTER)
    outcomes = tell(relay, TO_ADA, TO_ADA, pause=LET_GO)
    assert outcomes[1].kind == "accepted"
    assert len(relay.heard) == 2


def test_after_an_uncertain_letter_the_next_one_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, HANG_UP), ONE_LETTER)
    assert [outcome.kind for outcome in tell(relay, TO_ADA, TO_ADA)] == ["uncertain", "accepted"]
    assert len(relay.heard) == 2


def test_after_a_421_to_the_content_the_next_letter_opens_a_new_connection() -> None:
    relay = ScriptedSmtp((GREETING, HELLO, FINE, FINE, GO_ON, "421 4.3.2 going down"), ONE_LETTER)
    assert [outcome.kind for outcome in tell(relay, TO_ADA, TO_ADA)] == ["deferred", "accepted"]


def test_a_connection_ends_with_quit_and_may_be_closed_twice() -> None:
    relay = ScriptedSmtp((*ONE_LETTER, "221 2.0.0 bye"))

    async def twice() -> None:
        async with relay:
            line = Connection(read_relay_url(relay.url))
            await line.close()
            await line.offer(TO_ADA)
            await line.close()
            await line.close()

    asyncio.run(twice())
    assert verbs(relay)[0][-1] == "QUIT"


# Helpers


@contextmanager
def server(inbox: Inbox | None = None, **options: Any) -> Iterator[Inbox]:
    """A real SMTP server with these options of aiosmtpd, which keeps what it gets in an inbox."""
    inbox = inbox or Inbox()
    inbox.port = inbox.port or free_port()
    controller = Controller(
        inbox, hostname="127.0.0.1", port=inbox.port, server_hostname="relay.example", **options
    )
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


def tls(scheme: str, certificate: Certificate) -> dict[str, Any]:
    """The server's options that let nothing pass without TLS of this scheme."""
    context = certificate.context()
    return (
        {"ssl_context": context}
        if scheme == "smtps"
        else {"tls_context": context, "require_starttls": True}
    )


def login_needed() -> dict[str, Any]:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        return AuthResult(
            success=data == LoginPassword(b"news@inference.example", b"p@ss:word"), handled=False
        )

    return {"auth_required": True, "authenticator": authenticate}


def offer(url: str, *letters: Letter) -> list[Outcome]:
    """Offer the letters over one connection."""
    return asyncio.run(_offer(url, letters, 0))


def tell(relay: ScriptedSmtp, *letters: Letter, pause: float = 0) -> list[Outcome]:
    """Offer the letters over one connection to a scripted relay."""

    async def conversation() -> list[Outcome]:
        async with relay:
            return await _offer(relay.url, letters, pause)

    return asyncio.run(conversation())


async def _offer(url: str, letters: Sequence[Letter], pause: float) -> list[Outcome]:
    line = Connection(read_relay_url(url))
    outcomes = []
    try:
        for letter in letters:
            outcomes.append(await line.offer(letter))
            if pause:
                await asyncio.sleep(pause)
    finally:
        await line.close()
    return outcomes


def verbs(relay: ScriptedSmtp) -> list[list[str]]:
    return [[command.split()[0] for command in commands] for commands in relay.heard]


def assert_says(error: Exception, *pieces: str) -> None:
    """The message has each piece, and no password."""
    assert [piece for piece in pieces if piece not in str(error)] == [], str(error)
    assert not any(
        secret in str(error) for secret in ("p@ss:word", "p%40ss", "guess#work", "guess%23work")
    )


def self_signed(folder: Path, name: str) -> Certificate:
    """Make a certificate for a name such as IP:127.0.0.1, signed by itself."""
    if not shutil.which("openssl"):
        if os.environ.get("CI"):
            pytest.fail("openssl is missing: install it")
        pytest.skip("openssl is missing here: install it to test TLS")
    made = Certificate(folder / "chain.pem", folder / "key.pem")
    kind = [
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    names = [
        "-subj",
        "/CN=relay",
        "-addext",
        f"subjectAltName={name}",
        "-addext",
        "keyUsage=critical,digitalSignature,keyCertSign",
    ]
    files = ["-keyout", str(made.key), "-out", str(made.chain)]
    subprocess.run(["openssl", "req", *kind, *names, *files], check=True, capture_output=True)
    return made


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
    said = []
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        said.append(asyncio.run(_by_token(file, script)))
    assert said == [
        b"user=sender\x01auth=Bearer first\x01\x01",
        b"user=sender\x01auth=Bearer second\x01\x01",
    ]


async def _by_token(file: Path, script: list[str]) -> bytes:
    async with ScriptedSmtp(script) as server:
        address = read_relay_url(f"smtp+plain://sender@127.0.0.1:{server.port}", str(file))
        line = Connection(address)
        assert (await line.offer(TO_ADA)).kind == "accepted"
        await line.close()
    return base64.b64decode(
        next(one for one in server.heard[0] if one.startswith("AUTH")).split()[-1]
    )
