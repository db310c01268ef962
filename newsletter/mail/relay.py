"""The relay: the SMTP server that we submit to (RFC 6409). The only home of aiosmtplib."""

import ssl
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


class Untrusted(RelayDown):
    """The relay's certificate is not trusted. Look at relay_url in newsletter.toml; name its own authority in SSL_CERT_FILE."""


class SenderRefused(NotOffered):
    """The relay takes no letter from our sender address, or not without a login. Ask its operator; letters wait."""


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
        """Offer one letter. Raises NotOffered or LoginRefused if its content did not leave."""
        client = await self._opened()
        try:
            refusal = await self._envelope(client, letter)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            raise NotOffered(f"The relay hung up or said to wait before the letter was offered: {error}"[:300]) from error
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
            start_tls=(True if at.user else None) if at.tls == "start" else False,  # no password in clear
            username=at.user or None,
            password=at.password or None,
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
            raise RelayDown(f"{RelayDown.__doc__} ({at.host}:{at.port}: {error})") from error
        self._client = client
        return client

    async def _envelope(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome | None:
        """MAIL and RCPT; returns the refusal of this recipient. A refusal of MAIL concerns all letters: SenderRefused."""
        options: list[str] = []
        if letter.needs_smtputf8:
            if not client.supports_extension("smtputf8"):
                return Outcome("refused", 553, "5.6.7", "The relay cannot carry an address outside ASCII (no SMTPUTF8).")
            options.append("SMTPUTF8")
        encoding = "utf-8" if letter.needs_smtputf8 else "ascii"
        try:
            await client.mail(letter.mail_from, options=options, encoding=encoding)
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code < 500:  # later, for all letters alike: no reader's attempt is spent on it
                raise
            await self.close()
            raise SenderRefused(f"{SenderRefused.__doc__} ({refused.code} {refused.message})"[:300]) from refused
        try:
            await client.rcpt(letter.rcpt_to, encoding=encoding)
        except ValueError as error:  # aiosmtplib: not an address, or no SMTP reply
            await self.close()
            return Outcome("refused", 553, "5.1.3", str(error)[:200])
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code == 421:
                raise
            if refused.code < 400:  # 252 and other ways to say yes
                return None
            await self._forget_envelope(client)
            return read_reply(refused.code, refused.message)
        return None

    async def _forget_envelope(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset()
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            await self.close()

    async def _content(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome:
        try:
            reply = await client.data(letter.content)
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code == 421 or not 400 <= refused.code <= 599:
                await self.close()
            if 400 <= refused.code <= 599:
                return read_reply(refused.code, refused.message)
            return Outcome("uncertain", None, "", f"The relay gave no clear reply: {refused}"[:200])
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            return Outcome("uncertain", None, "", f"The connection was lost before the reply: {error}"[:200])
        return read_reply(reply.code, reply.message)
