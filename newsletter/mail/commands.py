"""Pure. The SMTP commands that a session writes (RFC 5321, 4.1.1)."""

from collections.abc import Sequence

from newsletter.mail.letter import Letter

# The kind of reply that the command awaits, and its octets in pieces: the pieces of a letter are
# written as they are, so that forty kilobytes are not copied once more.
Command = tuple[str, Sequence[bytes]]

QUIT: Command = ("QUIT", (b"QUIT\r\n",))
RSET: Command = ("RSET", (b"RSET\r\n",))
# The end of a letter without content. A relay that accepts DATA although it refused the recipient
# waits for a letter: a lone dot lets it fail (RFC 2920, 3.1).
VOID: Command = ("VOID", (b".\r\n",))


def envelope(letter: Letter) -> tuple[Command, ...]:
    """Return the commands that go before a letter's content.

    Our letters are quoted-printable, so all their bodies are seven-bit: no BODY=8BITMIME is said
    (RFC 6152), and DATA, which every relay has, does where BDAT (RFC 3030) would.
    """
    # RFC 6531, 3.4: the parameter belongs to MAIL, also if only the recipient's address needs it
    utf8 = b" SMTPUTF8" if letter.needs_smtputf8 else b""
    return (
        ("MAIL", (b"MAIL FROM:<" + letter.mail_from.encode() + b">" + utf8 + b"\r\n",)),
        ("RCPT", (b"RCPT TO:<" + letter.rcpt_to.encode() + b">\r\n",)),
        ("DATA", (b"DATA\r\n",)),
    )
