"""The relay: the SMTP server that we submit to (RFC 6409). The only home of aiosmtplib, which connects and logs in."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import aiosmtplib

from newsletter.errors import Refused
from newsletter.mail.letter import Letter
from newsletter.mail.offers import Ability, NotOffered, Offer, Patience
from newsletter.mail.outcomes import Outcome
from newsletter.mail.wire import SessionOwner, Wire

PORTS = {"smtp": 587, "smtp+plain": 25, "smtps": 465}
TIMEOUT_S = 60.0
LETTERS = 1000  # a session is renewed after so many


class RelayDown(NotOffered):
    """The relay does not answer. Look at relay_url in newsletter.toml and whether the server runs; letters wait."""


class Untrusted(RelayDown):
    """The relay's certificate is not trusted. Look at relay_url in newsletter.toml; name its own authority in SSL_CERT_FILE."""


class LoginRefused(Refused):
    """The relay refused our name or password. Mend relay_url in newsletter.toml; letters wait."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to log in. `tls`: start (STARTTLS, needed for a login, else if offered), implicit, or none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""
    token_file: Path | None = (
        None  # an OAuth access token for XOAUTH2, instead of a password; read at each login
    )


def read_relay_url(url: str, token_file: str = "") -> RelayAddress:
    """Read smtp://, smtps:// or smtp+plain:// with an optional user:password@."""
    parts = urlsplit(url)
    tls = {"smtp": "start", "smtps": "implicit", "smtp+plain": "none"}[parts.scheme]
    port = parts.port or PORTS[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return RelayAddress(
        parts.hostname or "127.0.0.1",
        port,
        tls,
        user,
        password,
        Path(token_file) if token_file else None,
    )


class Relay:
    """Opens sessions with one relay, and remembers what it cannot do."""

    def __init__(
        self, address: RelayAddress, *, patience: Patience = Patience(), letters: int = LETTERS
    ) -> None:  # frozen
        self._address, self._patience, self._letters = address, patience, letters
        self._pipelines = True

    async def open(self, work: SessionOwner) -> Wire:
        """Connect and log in; the session begins to work by `begin`, at once. Raises RelayDown, Untrusted or LoginRefused."""
        client = await _connect(self._address)
        ability = Ability(
            pipelining=self._pipelines and client.supports_extension("pipelining"),
            smtputf8=client.supports_extension("smtputf8"),
            size=int(client.esmtp_extensions.get("size", "0") or 0),
        )
        transport, client.transport, client.protocol = (
            client.transport,
            None,
            None,
        )  # aiosmtplib lets go of it
        assert transport is not None
        return Wire(
            work,
            cast(asyncio.Transport, transport),
            ability,
            patience=self._patience,
            letters=self._letters,
        )

    def learn(self, wire: Wire) -> None:
        """A relay that does not answer a group of commands gets one at a time from now on."""
        self._pipelines = self._pipelines and not wire.silent_in_group


class Connection:
    """One session for letters that come one by one; opened again when it was lost."""

    def __init__(self, address: RelayAddress, *, patience: Patience = Patience()) -> None:  # frozen
        self._relay = Relay(address, patience=patience)
        self._wire: Wire | None = None
        self._waiting: Offer | None = None
        self._result: asyncio.Future[Outcome | NotOffered] | None = None
        self._over = asyncio.Event()

    async def offer(self, letter: Letter) -> Outcome:
        """Offer one letter. Raises NotOffered or LoginRefused if its content did not leave."""
        self._waiting = Offer(0, letter)
        self._result = asyncio.get_running_loop().create_future()
        if self._wire is None:
            self._over.clear()
            self._wire = await self._relay.open(self)
            self._wire.begin()
        else:
            self._wire.wake()
        result = await self._result
        if isinstance(result, NotOffered):
            raise result
        return result

    async def close(self) -> None:
        """End the session, politely if it still lives."""
        if self._wire is not None:
            self._wire.finish()
            await self._over.wait()

    def take(self) -> Offer | None:
        """Work: the letter that waits."""
        offer, self._waiting = self._waiting, None
        return offer

    def intend(self, offer: Offer, go: Callable[[], None]) -> None:
        """Work: nothing to note before a letter that comes alone."""
        go()

    def settle(self, offer: Offer, result: Outcome | NotOffered) -> None:
        """Work: tell who waits."""
        if self._result is not None and not self._result.done():
            self._result.set_result(result)

    def ended(self, wire: Wire, failure: NotOffered | None) -> None:
        """Work: the next letter opens a new session; one that waits is told."""
        self._relay.learn(wire)
        self._wire = None
        self._over.set()
        if self._waiting is not None and self._result is not None and not self._result.done():
            self._result.set_result(
                failure or NotOffered("The relay ended the session before the letter was offered.")
            )


async def _read_token(file: Path) -> str:
    try:
        return (await asyncio.to_thread(file.read_text, "utf-8")).strip()
    except OSError as error:
        raise LoginRefused(
            f"relay_token_file: {file} cannot be read ({error.strerror}); letters wait."
        ) from None


async def _connect(at: RelayAddress) -> aiosmtplib.SMTP:
    client = aiosmtplib.SMTP(
        hostname=at.host,
        port=at.port,
        use_tls=at.tls == "implicit",
        start_tls=(True if at.user else None)
        if at.tls == "start"
        else False,  # no password in clear
        username=at.user or None,
        password=at.password or None,
        oauth_token_generator=partial(_read_token, at.token_file) if at.token_file else None,
        timeout=TIMEOUT_S,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()  # else its extensions would seem to be none
    except aiosmtplib.SMTPAuthenticationError as error:
        client.close()
        if error.code < 500:
            raise RelayDown(f"The relay cannot log us in now: {error.message}"[:300]) from error
        raise LoginRefused from error
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"{Untrusted.__doc__} ({at.host}:{at.port}: {error})") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        client.close()
        raise RelayDown(f"{RelayDown.__doc__} ({at.host}:{at.port}: {error})") from error
    return client
