"""Pure. Quoted-printable text that is joined from pieces: no line begins with a dot.

RFC 2045, 6.7 allows 76 octets a line, and none has more, wherever a reader's value is joined in.
Since no line begins with a dot, the joined text needs no dot-stuffing (RFC 5321, 4.5.2): its octets
on the wire are those that its DKIM body hash was made of.
"""

from email.quoprimime import body_encode

SOFT_BREAK = b"=\r\n"
LONGEST = 73  # a first dot becomes three octets, a soft break adds one: 76


def quote(text: str) -> bytes:
    """Return the text quoted; its line breaks become CRLF."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    # the library quotes characters up to 255, each as one octet: so it gets the octets of UTF-8
    octets = unix.encode("utf-8", "replace").decode("latin-1")
    lines = body_encode(octets, maxlinelen=LONGEST, eol="\n").split("\n")
    undotted = [f"=2E{line[1:]}" if line.startswith(".") else line for line in lines]
    return "\r\n".join(undotted).encode("ascii")


def quote_before_value(text: str) -> bytes:
    """Return a constant piece, quoted so that what follows it stands at the beginning of a line.

    So the length of a reader's value never decides where the lines around it break.
    """
    quoted = quote(text)
    if not quoted or quoted.endswith(b"\r\n"):
        return quoted
    return quoted + SOFT_BREAK


def quote_value(value: str) -> bytes:
    """Return one reader's value quoted, and a soft break: the next piece begins a line."""
    # asked several times for each letter, and nearly always plain
    if _is_plain(value):
        return value.encode() + SOFT_BREAK
    return quote(value) + SOFT_BREAK if value else b""


def _is_plain(value: str) -> bool:
    """True if a value needs no quoting.

    It is printable ASCII without "=", short enough for one line, with no space at its ends and no
    dot at its beginning. A regular expression would take four times as long.
    """
    return (
        0 < len(value) <= LONGEST
        and value.isascii()
        and value.isprintable()
        and "=" not in value
        and value[0] not in " ."
        and value[-1] != " "
    )
