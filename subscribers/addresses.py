"""Pure. Addresses by RFC 5321, 5322 and 6531: local part kept, tags and all; domain lowercased and IDNA-encoded.

So one address is one subscriber, however its domain is spelled: in capitals, in letters of its own script or as xn--, with the
dot of the root behind it. A local part that needs quotes keeps them (RFC 5321, 4.1.2), one that does not loses them.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import Refused

MOST = 320
MOST_LOCAL_BYTES = 64  # RFC 5321, 4.5.3.1.1
# Nine of ten addresses need no library: ASCII, no quoting, and a last label that only letters make. The look-aheads leave to it
# what has a length or a name to be judged: labels with "--" (RFC 5891) and the domains that lead nowhere (RFC 6761, 7686).
PLAIN = re.compile(
    r"(?=[^@]{1,64}@)(?=.{1,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+"
    r"@(?!.*--)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?i:alt|arpa|internal|invalid|local|localhost|onion|test)\Z)[A-Za-z]{2,24}\Z"
)
TOGETHER = frozenset(
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"}
)  # scripts of one label
ONE_MAILBOX = frozenset({"gmail.com", "googlemail.com"})  # they deliver a.d.a@ and ada@ alike


class BadAddress(Refused):
    """That is no e-mail address. It looks like you@example.com."""


def normalise(address: str) -> str:
    """Return the address as it is stored and compared. Raises BadAddress saying what is wrong."""
    bare = address.strip()
    if PLAIN.match(bare):
        local, _, domain = bare.rpartition("@")
        return f"{local}@{domain.lower()}"
    if len(bare) > MOST or any(ord(c) < 32 or ord(c) == 127 for c in bare):
        raise BadAddress
    if "@" not in bare:
        raise BadAddress("The address needs an @, like you@example.com.")
    try:
        found = validate_email(
            bare.removesuffix("."),
            check_deliverability=False,
            test_environment=True,
            allow_quoted_local=True,
        )
    except EmailNotValidError as error:
        raise BadAddress(f"{error} It looks like you@example.com.") from None
    if len(found.local_part.encode()) > MOST_LOCAL_BYTES:
        raise BadAddress(
            "The part before the @ is longer than 64 bytes. It looks like you@example.com."
        )
    domain = (found.ascii_domain or found.domain).lower()
    return f"{found.local_part}@{domain}"


def mailbox_of(address: str) -> str:
    """Return what stands for the mailbox behind a normalised address, to count letters by: a tag after + makes no other one."""
    local, _, domain = address.casefold().rpartition("@")
    bare = local.partition("+")[0] or local
    return f"{bare.replace('.', '') if domain in ONE_MAILBOX else bare}@{domain}"


def mask(address: str) -> str:
    """Return the address with its local part hidden: letters get forwarded, and the page is seen by others."""
    local, _, domain = display_address(address).removeprefix('"').rpartition("@")
    return f"{local[:1]}•••@{domain}"


def display_address(address: str) -> str:
    """Return a stored address as people read it: its domain in letters of its own script.

    A label that mixes scripts stays as it is stored, as in browsers: it may only look like another. One that looks like another in
    one script is told by its stored form alone, so who decides something by an address is shown both.
    """
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_unicode(domain)}" if "xn--" in domain else address


def stored_spelling(typed: str) -> str:
    """Return what was typed of an address as it would be stored: labels of its domain in other scripts as xn--; all else as it is."""
    local, at, domain = typed.rpartition("@")
    if domain.isascii():
        return typed
    try:
        found = validate_email(
            f"a@{domain.strip('.')}.example", check_deliverability=False, test_environment=True
        )
    except EmailNotValidError:
        return typed
    return f"{local}{at}{(found.ascii_domain or domain).removesuffix('.example')}"


def shorten_network(address: str) -> str:
    """Return the network of an IP address (or of a network), /24 or /48, or nothing for what is none: enough for a consent record."""
    try:
        ip = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))


@lru_cache(1024)
def _unicode(domain: str) -> str:
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return domain
    return ".".join(
        _of_one_script(*labels)
        for labels in zip(domain.split("."), found.domain.split("."), strict=True)
    )


def _of_one_script(a_label: str, u_label: str) -> str:
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in u_label if letter.isalpha()}
    return u_label if len(scripts) <= 1 or scripts <= TOGETHER else a_label
