"""The relay: the SMTP server that we submit to (RFC 6409). The only home of aiosmtplib."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiosmtplib

from newsletter.errors import Refused, Unavailable
from newsletter.mail.letter import Letter
from newsletter.mail.outcomes import Outcome, read_reply

PORTS = {"smtp": 587, "smtp+plain": 25, "smtps": 465}
TIMEOUT_S = 60.0


class NotOffered(Unavailable):
    """The relay did not take the letter's content, so the letter was not sent."""


class RelayDown(NotOffered):
    """The relay does not answer. Look at relay_url in newsletter.toml and whether the server runs; letters wait."""


class LoginRefused(Refused):
    """The relay refused our name or password. Mend relay_url in newsletter.toml; letters wait."""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to log in. `tls`: start (STARTTLS if offered), implicit, or none."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""


def read_address(url: str) -> RelayAddress:
    """Read smtp://, smtps:// or smtp+plain:// with an optional user:password@."""
    parts = urlsplit(url)
    tls = {"smtp": "start", "smtps": "implicit", "smtp+plain": "none"}[parts.scheme]
    port = parts.port or PORTS[parts.scheme]
    return RelayAddress(parts.hostname or "127.0.0.1", port, tls, unquote(parts.username or ""), unquote(parts.password or ""))


class Connection:
    """One open SMTP session, used for several letters and opened again when it was lost."""

    def __init__(self, address: RelayAddress) -> None:
        self._address = address
        self._client: aiosmtplib.SMTP | None = None

    async def offer(self, letter: Letter) -> Outcome:
        """Offer one letter. Raises NotOffered (RelayDown, LoginRefused) if its content did not leave."""
        client = await self._opened()
        try:
            refusal = await self._envelope(client, letter)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            raise NotOffered(f"The relay hung up before the letter was offered: {error}") from error
        if refusal is not None:
            return refusal
        return await self._content(client, letter)

    async def close(self) -> None:
        """End the session, politely if it still lives."""
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                client.close()

    async def _opened(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        at = self._address
        client = aiosmtplib.SMTP(
            hostname=at.host,
            port=at.port,
            use_tls=at.tls == "implicit",
            start_tls={"start": None, "implicit": False, "none": False}[at.tls],
            username=at.user or None,
            password=at.password or None,
            timeout=TIMEOUT_S,
        )
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise LoginRefused from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise RelayDown(f"{RelayDown.__doc__} ({at.host}:{at.port}: {error})") from error
        self._client = client
        return client

    async def _envelope(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome | None:
        """MAIL and RCPT; returns the refusal, if one of them was refused."""
        options: list[str] = []
        if letter.needs_smtputf8:
            if not client.supports_extension("smtputf8"):
                return Outcome("refused", 553, "5.6.7", "The relay cannot carry an address outside ASCII (no SMTPUTF8).")
            options.append("SMTPUTF8")
        encoding = "utf-8" if letter.needs_smtputf8 else "ascii"
        try:
            await client.mail(letter.mail_from, options=options, encoding=encoding)
            await client.rcpt(letter.rcpt_to, encoding=encoding)
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code == 421:
                raise
            await client.rset()
            return read_reply(refused.code, refused.message)
        return None

    async def _content(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome:
        try:
            reply = await client.data(letter.content)
        except aiosmtplib.SMTPResponseException as refused:
            if 400 <= refused.code <= 599:
                return read_reply(refused.code, refused.message)
            await self.close()
            return Outcome("uncertain", None, "", f"The relay gave no clear reply: {refused}"[:200])
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            return Outcome("uncertain", None, "", f"The connection was lost before the reply: {error}"[:200])
        return read_reply(reply.code, reply.message)
