"""Pure. The SMTP commands that a session writes (RFC 5321, 4.1.1)."""

from collections.abc import Sequence
from functools import lru_cache

from newsletter.mail.letter import Letter

# The kinds of replies that a command, or a group of them, awaits, and its octets in pieces: the
# pieces of a letter are written as they are, so that forty kilobytes are not copied once more.
Command = tuple[Sequence[str], Sequence[bytes]]

QUIT: Command = (("QUIT",), (b"QUIT\r\n",))
RSET: Command = (("RSET",), (b"RSET\r\n",))
ENVELOPE = ("MAIL", "RCPT", "DATA")
# The end of a letter without content. A relay that accepts DATA although it refused the recipient
# waits for a letter: a lone dot lets it fail (RFC 2920, 3.1).
VOID: Command = (("VOID",), (b".\r\n",))


def envelope(letter: Letter) -> Command:
    """Return the commands that go before a letter's content, as a group (RFC 2920).

    Our letters are quoted-printable, so all their bodies are seven-bit: no BODY=8BITMIME is said
    (RFC 6152), and DATA, which every relay has, does where BDAT (RFC 3030) would.
    """
    # RFC 6531, 3.4: the parameter belongs to MAIL, also if only the recipient's address needs it
    mail = _mail(letter.mail_from, needs_smtputf8=letter.needs_smtputf8)
    return ENVELOPE, (mail + b"RCPT TO:<" + letter.rcpt_to.encode() + b">\r\nDATA\r\n",)


def envelope_singly(letter: Letter) -> Sequence[Command]:
    """Return the commands of `envelope` each by itself, for a relay that takes no groups."""
    kinds, (octets,) = envelope(letter)
    lines = octets.splitlines(keepends=True)
    return [((kind,), (line,)) for kind, line in zip(kinds, lines, strict=True)]


@lru_cache
def _mail(mail_from: str, *, needs_smtputf8: bool) -> bytes:
    utf8 = b" SMTPUTF8" if needs_smtputf8 else b""
    return b"MAIL FROM:<" + mail_from.encode() + b">" + utf8 + b"\r\n"
