"""Pure. Quoted-printable (RFC 2045, 6.7) for text that is joined later: no line begins with a dot, none exceeds 76 octets.

So what is joined needs no dot-stuffing (RFC 5321, 4.5.2), and its DKIM body hash is that of the bytes on the wire.
"""

import re
from email.quoprimime import body_encode

SOFT_BREAK = b"=\r\n"
LONGEST = 73  # a first dot becomes three octets, a soft break adds one: 76
PLAIN = re.compile(
    r"[!-<>-~](?:[ -<>-~]{0,71}[!-<>-~])?"
)  # needs no quoting, if it does not begin with a dot


def quote(text: str) -> bytes:
    """Return the text quoted; its line breaks become CRLF."""
    octets = (
        text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("latin-1")
    )
    lines = body_encode(octets, maxlinelen=LONGEST, eol="\n").split("\n")
    return "\r\n".join(f"=2E{line[1:]}" if line.startswith(".") else line for line in lines).encode(
        "ascii"
    )


def quote_before_value(text: str) -> bytes:
    """Return a constant piece quoted such that what follows it stands at the beginning of a line."""
    quoted = quote(text)
    return quoted if quoted.endswith(b"\r\n") or not quoted else quoted + SOFT_BREAK


def quote_value(value: str) -> bytes:
    """Return one reader's value quoted, and a soft break, so that the next piece stands at the beginning of a line."""
    if PLAIN.fullmatch(value) and value[0] != ".":
        return value.encode() + SOFT_BREAK
    return quote(value) + SOFT_BREAK if value else b""
