"""Letters, and SMTP servers on loopback that they are offered to: real ones and scripted ones."""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from newsletter.demo.inbox import Inbox, free_port
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome
from newsletter.mail.relay import Connection, read_relay_url
from tests.doubles.scripted_smtp import FINE, GO_ON, GREETING, HELLO, ScriptedSmtp

EDITOR = "editor@inference.example"
ADA = "ada@readers.example"
JUERGEN = "jürgen@readers.example"
CONTENT = b"Subject: Tuesday\r\n\r\nHello,\r\n.\r\n..a line that begins with dots\r\n"
TO_ADA = Letter(EDITOR, ADA, [CONTENT])
TO_JUERGEN = Letter(EDITOR, JUERGEN, [CONTENT])
LOGIN = "news%40inference.example:p%40ss%3Aword"
WRONG_LOGIN = "news%40inference.example:guess%23work"
ONE_LETTER = (GREETING, HELLO, FINE, FINE, GO_ON, FINE)
LET_GO = 0.05  # seconds in which a hang-up is noticed on loopback


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate and its key, as files."""

    chain: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


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


def out_of_time(folder: Path) -> Certificate:
    """Make a certificate for 127.0.0.1, signed by itself, that expired yesterday."""
    made = Certificate(folder / "chain.pem", folder / "key.pem")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    made.chain.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    return made


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
