"""Pure. What a session says to a relay (RFC 5321, 4.1.1)."""

from newsletter.mail.letter import Letter

Command = tuple[str, tuple[bytes, ...]]  # the kind of its reply, and its octets in pieces
QUIT: Command = ("QUIT", (b"QUIT\r\n",))
RSET: Command = ("RSET", (b"RSET\r\n",))
VOID: Command = ("VOID", (b".\r\n",))  # the end of a letter without content


def envelope(letter: Letter) -> tuple[Command, ...]:
    """Return the commands that go before a letter's content."""
    utf8 = b" SMTPUTF8" if letter.needs_smtputf8 else b""
    return (
        ("MAIL", (b"MAIL FROM:<" + letter.mail_from.encode() + b">" + utf8 + b"\r\n",)),
        ("RCPT", (b"RCPT TO:<" + letter.rcpt_to.encode() + b">\r\n",)),
        ("DATA", (b"DATA\r\n",)),
    )
