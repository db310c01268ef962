"""Pure. Addresses by RFC 5321, 5322 and 6531.

The local part is kept as it is, tags and all: letters go to the spelling that the reader gave. The
domain is lowercased and IDNA-encoded, however it is spelled: in capitals, in letters of its own
script or as xn--, with the dot of the root behind it. A local part that needs quotes keeps them
(RFC 5321, 4.1.2); another one loses them. Whose address it is, mailboxes.py tells.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from newsletter.errors import Refused

MOST_CHARS = 320
MOST_LOCAL_BYTES = 64  # RFC 5321, 4.5.3.1.1
# Nine of ten addresses need no library: they are ASCII without quotes, and only letters make their
# last label. An import of a million rows is so much faster. The look-aheads leave to the library
# what needs a judgement: lengths (RFC 5321), labels with "--" (RFC 5891), and the domains that
# lead nowhere (RFC 6761, 7686).
PLAIN = re.compile(
    r"(?=[^@]{1,64}@)(?=.{1,254}\Z)"
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+"
    r"@(?!.*--)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?i:alt|arpa|internal|invalid|local|localhost|onion|test)\Z)[A-Za-z]{2,24}\Z"
)
# Scripts that one label may mix: Japanese, Korean and Chinese are written so.
WRITTEN_TOGETHER = frozenset(
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)


class BadAddress(Refused):
    """That is no e-mail address. It looks like you@example.com."""


def normalise(address: str) -> str:
    """Return the address as it is stored and written to. Raises BadAddress with what is wrong."""
    bare = address.strip()
    if PLAIN.match(bare):
        local, _, domain = bare.rpartition("@")
        return f"{local}@{domain.lower()}"
    return _normalise_by_library(bare)


def mask(address: str) -> str:
    """Return the address with its local part hidden.

    Letters get forwarded, and others then see the page behind a link.
    """
    local, _, domain = display_address(address).removeprefix('"').rpartition("@")
    return f"{local[:1]}•••@{domain}"


def display_address(address: str) -> str:
    """Return a stored address as people read it: its domain in letters of its own script.

    A label that mixes scripts stays as it is stored, as in browsers: it may only look like another
    one. Two labels of one script may look alike too, so a page on which somebody decides by an
    address shows both spellings.
    """
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_unicode_domain(domain)}" if "xn--" in domain else address


def stored_spelling(typed: str) -> str:
    """Return a typed part of an address as it would be stored.

    Labels of its domain in other scripts become xn--; all else stays, so that a search for part of
    an address finds it.
    """
    local, at, domain = typed.rpartition("@")
    if domain.isascii():
        return typed
    # The library wants a whole address: what is typed may be one label.
    found = _validated(f"a@{domain.strip('.')}.example")
    if found is None:
        return typed
    return f"{local}{at}{(found.ascii_domain or domain).removesuffix('.example')}"


def shorten_network(address: str) -> str:
    """Return the network of an IP address (or of a network): /24, or /48 for IPv6; "" for no IP.

    That is enough for a consent record, and names no person.
    """
    try:
        ip = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    length = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{length}", strict=False))


def _normalise_by_library(bare: str) -> str:
    _refuse_hopeless(bare)
    found = _read_by_library(bare)
    if len(found.local_part.encode()) > MOST_LOCAL_BYTES:
        raise BadAddress(
            "The part before the @ is longer than 64 bytes. It looks like you@example.com."
        )
    domain = (found.ascii_domain or found.domain).lower()
    return f"{found.local_part}@{domain}"


def _refuse_hopeless(bare: str) -> None:
    """Raises BadAddress for what the library need not look at."""
    if len(bare) > MOST_CHARS or _has_control(bare):
        raise BadAddress
    if "@" not in bare:
        raise BadAddress("The address needs an @, like you@example.com.")


def _has_control(text: str) -> bool:
    return any(ord(letter) < 32 or ord(letter) == 127 for letter in text)


def _read_by_library(bare: str) -> ValidatedEmail:
    try:
        return validate_email(
            bare.removesuffix("."),
            check_deliverability=False,
            test_environment=True,  # lets the reserved domain "test" through
            allow_quoted_local=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(f"{error} It looks like you@example.com.") from None


# The desk shows the same domains on each page, and the library takes half a millisecond for one.
@lru_cache(1024)
def _unicode_domain(domain: str) -> str:
    found = _validated(f"a@{domain}")
    if found is None:
        return domain
    labels = zip(domain.split("."), found.domain.split("."), strict=True)
    return ".".join(_label_to_show(stored, own) for stored, own in labels)


def _validated(address: str) -> ValidatedEmail | None:
    try:
        return validate_email(
            address,
            check_deliverability=False,
            test_environment=True,
        )
    except EmailNotValidError:
        return None


def _label_to_show(stored: str, own: str) -> str:
    """Return a label in its own script, or as it is stored (xn--) if it mixes scripts."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in own if letter.isalpha()}
    is_plain = len(scripts) <= 1 or scripts <= WRITTEN_TOGETHER
    return own if is_plain else stored
