"""TLS with a relay, and logging in to it: what is trusted, and that no password is shown."""

import asyncio
import base64
from pathlib import Path

import pytest

from newsletter.mail.failures import NotOffered
from newsletter.mail.relay import Connection, LoginRefused, RelayDown, Untrusted, read_relay_url
from tests.doubles.scripted_smtp import FINE, GO_ON, GREETING, ScriptedSmtp
from tests.mail.rig import (
    LOGIN,
    TO_ADA,
    TO_JUERGEN,
    WRONG_LOGIN,
    Certificate,
    assert_says,
    login_needed,
    offer,
    out_of_time,
    self_signed,
    server,
    tell,
    tls,
    verbs,
)

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
def test_a_certificate_that_nobody_trusts_gets_no_letter_and_the_reason_is_shown(
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
def test_an_expired_certificate_is_called_so_and_gets_no_letter(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = out_of_time(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(expired.chain))
    with server(**tls(scheme, expired)) as inbox, pytest.raises(Untrusted) as raised:
        offer(f"{scheme}://127.0.0.1:{inbox.port}", TO_ADA)
    assert inbox.letters == []
    assert_says(raised.value, "certificate has expired", f"127.0.0.1:{inbox.port}", "must renew it")
    assert "does not answer" not in str(raised.value)


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
def test_a_wrong_password_is_reported_and_not_shown(other: str, trusted: Certificate) -> None:
    with (
        server(**tls("smtp", trusted), **login_needed(), auth_exclude_mechanism=[other]) as inbox,
        pytest.raises(LoginRefused) as raised,
    ):
        offer(f"smtp://{WRONG_LOGIN}@127.0.0.1:{inbox.port}", TO_ADA)
    assert inbox.letters == []
    assert_says(raised.value, "refused our name or password", "Mend relay_url in newsletter.toml")


# The server does not count implicit TLS as TLS.
@pytest.mark.filterwarnings("ignore:Requiring AUTH")
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
