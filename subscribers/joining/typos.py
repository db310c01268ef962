"""Pure. Addresses that were probably typed wrong: a domain one slip of a finger away from one that many people have.

It only ever asks: who has such a domain says so with one press.
"""

from collections.abc import Iterator
from functools import cache

FAMILIAR = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "outlook.com", "outlook.de", "yahoo.com", "yahoo.co.uk",
    "yahoo.fr", "yahoo.de", "icloud.com", "protonmail.com", "fastmail.com", "t-online.de", "freenet.de", "comcast.net", "orange.fr",
    "libero.it", "wanadoo.fr", "zoho.com", "mailbox.org", "posteo.de",
)  # fmt: skip
# a slip away from a familiar one, and yet what somebody has
REAL = frozenset(
    {
        "mail.com",
        "ymail.com",
        "email.com",
        "hotmail.de",
        "yahoo.fi",
        "yahoo.no",
        "yahoo.se",
        "hotmail.be",
        "outlook.dk",
        "outlook.be",
    }
)
LAST_LABELS = {
    "con": "com",
    "cmo": "com",
    "ocm": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "nte": "net",
    "ogr": "org",
}


def suggest(address: str) -> str:
    """Return what was probably meant by a normalised address, or "" if nothing looks wrong."""
    local, _, domain = address.rpartition("@")
    if domain in FAMILIAR or domain in REAL:
        return ""
    meant = next((one for one in FAMILIAR if domain in _slips(one)), "")
    if not meant:
        rest, _, last = domain.rpartition(".")
        meant = f"{rest}.{LAST_LABELS[last]}" if rest and last in LAST_LABELS else ""
        meant = next((one for one in FAMILIAR if meant in _slips(one)), meant)
    return f"{local}@{meant}" if meant else ""


@cache
def _slips(domain: str) -> frozenset[str]:
    """What one slip makes of a domain: a letter left out, put in, swapped with its neighbour, or another one in its place."""
    return frozenset(_slip(domain)) - set(FAMILIAR) - REAL


def _slip(domain: str) -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz.-"
    for at in range(len(domain)):
        head, here, tail = domain[:at], domain[at], domain[at + 1 :]
        yield head + tail
        yield from (head + letter + tail for letter in letters)
        yield from (head + letter + here + tail for letter in letters)
        if tail:
            yield head + tail[0] + here + tail[1:]
