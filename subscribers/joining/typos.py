"""Pure. Addresses that were probably typed wrong.

Their domain is one slip of a finger away from a domain that many people have. It only ever asks: a
person who has such a domain says so with one press.
"""

from collections.abc import Iterator
from functools import cache

FAMILIAR = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "outlook.com",
    "outlook.de", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "icloud.com",
    "protonmail.com", "fastmail.com", "t-online.de", "freenet.de", "comcast.net", "orange.fr",
    "libero.it", "wanadoo.fr", "zoho.com", "mailbox.org", "posteo.de",
)  # fmt: skip
# Real domains that are one slip away from a familiar one.
REAL = frozenset((
    "mail.com", "ymail.com", "email.com", "hotmail.de", "yahoo.fi", "yahoo.no", "yahoo.se",
    "hotmail.be", "outlook.dk", "outlook.be",
))  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz.-"
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
    meant = _familiar_near(domain) or _with_right_ending(domain)
    return f"{local}@{meant}" if meant else ""


def _familiar_near(domain: str) -> str:
    """The familiar domain that one slip made this of, or ""."""
    return next((familiar for familiar in FAMILIAR if domain in _slips(familiar)), "")


def _with_right_ending(domain: str) -> str:
    """The domain with its mistyped last label mended, or "": gmial.con has two slips."""
    rest, _, last = domain.rpartition(".")
    if not rest or last not in LAST_LABELS:
        return ""
    mended = f"{rest}.{LAST_LABELS[last]}"
    return _familiar_near(mended) or mended


@cache
def _slips(domain: str) -> frozenset[str]:
    """All that one slip makes of a domain, without the domains that are real themselves."""
    return frozenset(_slip(domain)) - set(FAMILIAR) - REAL


def _slip(domain: str) -> Iterator[str]:
    for place in range(len(domain)):
        head = domain[:place]
        here = domain[place]
        tail = domain[place + 1 :]
        yield head + tail  # left out
        yield from (head + letter + tail for letter in LETTERS)  # another in its place
        yield from (head + letter + here + tail for letter in LETTERS)  # one too many
        if tail:
            yield head + tail[0] + here + tail[1:]  # swapped with its neighbour
