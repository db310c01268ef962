"""The relay: the SMTP server that we submit to (RFC 6409). The only home of aiosmtplib.

aiosmtplib connects, negotiates TLS and logs in. Then it hands its transport to our own session
(wire.py), because no library writes a letter's end and the next envelope at once (RFC 2920).
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from newsletter.errors import Refused
from newsletter.mail.failures import EndedAtRecipient, NotOffered
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Ability, Offer, Patience
from newsletter.mail.outcomes import Outcome, read_reply
from newsletter.mail.wire import SHUTTING_DOWN, SessionOwner, Wire

PORTS = {"smtp": 587, "smtp+plain": 25, "smtps": 465}  # RFC 6409, RFC 5321, RFC 8314
TLS = {"smtp": "start", "smtp+plain": "none", "smtps": "implicit"}
TIMEOUT_S = 60.0  # to connect and log in
# A session is renewed after so many letters: some relays end it at a number of their own, and ours
# is asked for when no letter is in hand.
LETTERS = 1000
OUT_OF_TIME = (9, 10)  # OpenSSL: X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED


class RelayDown(NotOffered):
    """The relay does not answer; letters wait."""


class Untrusted(RelayDown):
    """The relay's certificate is not trusted; letters wait."""


class LoginRefused(Refused):
    """The relay refused our name or password. Mend relay_url in newsletter.toml; letters wait."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to log in.

    `tls` is "start" (STARTTLS: needed for a login, else taken if offered), "implicit" or "none".
    """

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    # an OAuth access token for XOAUTH2 instead of a password; another program renews the file
    token_file: Path | None = None


def read_relay_url(url: str, token_file: str = "") -> RelayAddress:
    """Read smtp://, smtps:// or smtp+plain:// with an optional user:password@.

    Raises ValueError for a port that is no number, KeyError for another scheme.
    """
    parts = urlsplit(url)
    return RelayAddress(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or PORTS[parts.scheme],
        tls=TLS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        token_file=Path(token_file) if token_file else None,
    )


class Relay:
    """Opens sessions with one relay, and remembers what it cannot do."""

    def __init__(
        self,
        address: RelayAddress,
        *,
        patience: Patience = Patience(),  # frozen
        letters: int = LETTERS,
    ) -> None:
        self._address = address
        self._patience = patience
        self._letters = letters
        self._pipelines = True  # until it is caught lying
        self.security = ""  # the version of TLS that the latest session has

    async def open(self, owner: SessionOwner) -> Wire:
        """Connect and log in. Call the session's `begin` at once: it takes the transport over.

        Raises RelayDown, Untrusted or LoginRefused.
        """
        client = await _connect(self._address)
        transport = _take_transport(client)
        tls = transport.get_extra_info("ssl_object")
        self.security = str(tls.version()) if tls is not None else ""
        return Wire(
            owner,
            transport,
            self._ability(client),
            patience=self._patience,
            letters=self._letters,
        )

    def _ability(self, client: aiosmtplib.SMTP) -> Ability:
        return Ability(
            pipelining=self._pipelines and client.supports_extension("pipelining"),
            smtputf8=client.supports_extension("smtputf8"),
            size=int(client.esmtp_extensions.get("size", "0") or 0),
        )

    def learn(self, wire: Wire) -> None:
        """Remember a relay that offers PIPELINING but does not answer a group of commands.

        From now on it gets one command at a time: proxies in between do this.
        """
        self._pipelines = self._pipelines and not wire.silent_in_group


class Connection:
    """One session for letters that come one by one; opened again when it was lost."""

    def __init__(self, address: RelayAddress, *, patience: Patience = Patience()) -> None:  # frozen
        self._relay = Relay(address, patience=patience)
        self._wire: Wire | None = None
        self._waiting: Offer | None = None  # its session has not taken it yet
        self._result: asyncio.Future[Outcome | NotOffered] | None = None
        self._is_over = asyncio.Event()

    @property
    def security(self) -> str:
        """The version of TLS that the latest session had, "" without any."""
        return self._relay.security

    async def offer(self, letter: Letter) -> Outcome:
        """Offer one letter. Raises NotOffered or LoginRefused if its content did not leave.

        A session that ends at its recipient is opened once more; ended there again, the letter is
        deferred, so that it is counted and holds up no other.
        """
        try:
            return await self._offer(letter)
        except EndedAtRecipient as first:
            return await self._offer_again(letter, first)

    async def _offer_again(self, letter: Letter, first: EndedAtRecipient) -> Outcome:
        try:
            return await self._offer(letter)
        except EndedAtRecipient as second:
            return read_reply(SHUTTING_DOWN, str(second))
        except NotOffered:
            raise first from None

    async def _offer(self, letter: Letter) -> Outcome:
        self._waiting = Offer(0, letter)
        self._result = asyncio.get_running_loop().create_future()
        await self._have_it_taken()
        result = await self._result
        if isinstance(result, NotOffered):
            raise result
        return result

    async def _have_it_taken(self) -> None:
        if self._wire is not None:
            self._wire.wake()
            return
        self._is_over.clear()
        self._wire = await self._relay.open(self)
        self._wire.begin()

    async def close(self) -> None:
        """End the session, with QUIT if it still lives."""
        if self._wire is not None:
            self._wire.finish()
            await self._is_over.wait()

    # what its session asks (wire.SessionOwner)

    def take(self) -> Offer | None:
        """The letter that waits."""
        offer = self._waiting
        self._waiting = None
        return offer

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Nothing is noted before a letter that comes alone: its row says that it is claimed."""
        go()

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """Give the result to the caller of `offer`."""
        self._answer(result)

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        """The next letter opens a new session; one that waits was not offered."""
        self._relay.learn(wire)
        self._wire = None
        self._is_over.set()
        if self._waiting is not None:
            ended = NotOffered("The relay ended the session before the letter was offered.")
            self._answer(failure or ended)

    def _answer(self, result: Outcome | NotOffered) -> None:
        if self._result is not None and not self._result.done():
            self._result.set_result(result)


async def _connect(at: RelayAddress) -> aiosmtplib.SMTP:
    """Connect and log in. Raises RelayDown, Untrusted or LoginRefused."""
    client = _client(at)
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()  # without it the relay's extensions would seem to be none
    except aiosmtplib.SMTPAuthenticationError as error:
        client.close()
        raise _no_login(error) from error
    except asyncio.CancelledError:
        client.close()
        raise
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        doubt = _certificate_error(error)
        raise (_untrusted(at, doubt) if doubt else _down(at, error)) from error
    return client


def _no_login(error: aiosmtplib.SMTPAuthenticationError) -> RelayDown | LoginRefused:
    """Return what a failed login means."""
    # 4yz (RFC 4954, 6): the relay's own directory is down, the password may well be right
    if error.code < 500:
        return RelayDown(f"The relay cannot log us in now: {error.message}"[:300])
    return LoginRefused()


def _certificate_error(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return what is wrong with the certificate, if that is behind an error.

    aiosmtplib wraps it where TLS begins with the first byte.
    """
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__
    return error


def _untrusted(at: RelayAddress, error: ssl.SSLCertVerificationError) -> Untrusted:
    if error.verify_code in OUT_OF_TIME:
        return Untrusted(
            "The relay's certificate has expired, or is not valid yet; letters wait. "
            "Its operator must renew it; look also at the clock of this machine. "
            f"({at.host}:{at.port}: {error})"
        )
    return Untrusted(
        f"{Untrusted.__doc__} Look at relay_url in newsletter.toml; "
        f"name its own authority in SSL_CERT_FILE. ({at.host}:{at.port}: {error})"
    )


def _down(at: RelayAddress, error: Exception) -> RelayDown:
    return RelayDown(
        f"{RelayDown.__doc__} Look at relay_url in newsletter.toml "
        f"and whether the server runs. ({at.host}:{at.port}: {error})"
    )


def _client(at: RelayAddress) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=at.host,
        port=at.port,
        use_tls=at.tls == "implicit",
        start_tls=_wants_starttls(at),
        username=at.user or None,
        password=at.password or None,
        oauth_token_generator=partial(_read_token, at.token_file) if at.token_file else None,
        timeout=TIMEOUT_S,
    )


def _wants_starttls(at: RelayAddress) -> bool | None:
    """Return what aiosmtplib calls start_tls: True for must, None for if it is offered."""
    if at.tls != "start":
        return False
    # a login without TLS would give the password to the network: then STARTTLS is a must
    return True if at.user else None


async def _read_token(file: Path) -> str:
    """Read the token at each login: it lives for an hour or so."""
    try:
        return (await asyncio.to_thread(file.read_text, "utf-8")).strip()
    except OSError as error:
        raise LoginRefused(
            f"relay_token_file: the file cannot be read ({error.strerror}); letters wait."
        ) from None


def _take_transport(client: aiosmtplib.SMTP) -> asyncio.Transport:
    """Take the open connection from aiosmtplib, so that its end does not close it.

    This touches attributes that aiosmtplib does not promise: hence its upper bound in
    pyproject.toml, and a test that fails when they change.
    """
    transport = client.transport
    client.transport = None
    client.protocol = None
    assert transport is not None
    return cast(asyncio.Transport, transport)
