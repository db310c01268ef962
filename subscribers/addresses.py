"""Pure. Addresses by RFC 5321, 5322 and 6531: local part kept, tags and all; domain lowercased and IDNA-encoded.

So one address is one subscriber, however its domain is spelled: in capitals, in letters of its own script or as xn--, with the
dot of the root behind it.
"""

import ipaddress
import re

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
# RFC 5321, 4.1.2: nobody who wants mail should have such an address; half of the relays between us and it would break it
NEEDS_QUOTES = "An address that needs quotes before its @ cannot be written to. It looks like you@example.com."
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
        found = validate_email(bare.removesuffix("."), check_deliverability=False, test_environment=True, allow_quoted_local=True)
    except EmailNotValidError as error:
        raise BadAddress(f"{error} It looks like you@example.com.") from None
    if found.local_part.startswith('"'):
        raise BadAddress(NEEDS_QUOTES)
    if len(found.local_part.encode()) > MOST_LOCAL_BYTES:
        raise BadAddress("The part before the @ is longer than 64 bytes. It looks like you@example.com.")
    domain = (found.ascii_domain or found.domain).lower()
    return f"{found.local_part}@{domain}"


def mailbox_of(address: str) -> str:
    """Return what stands for the mailbox behind a normalised address, to count letters by: a tag after + makes no other one."""
    local, _, domain = address.casefold().rpartition("@")
    bare = local.partition("+")[0] or local
    return f"{bare.replace('.', '') if domain in ONE_MAILBOX else bare}@{domain}"


def mask(address: str) -> str:
    """Return the address with its local part hidden: letters get forwarded, and the page is seen by others."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def shorten_network(address: str) -> str:
    """Return the network of an IP address (or of a network), /24 or /48, or nothing for what is none: enough for a consent record."""
    try:
        ip = ipaddress.ip_interface(address).ip
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
