"""Pure. Addresses by RFC 5321, 5322 and 6531: local part kept, domain lowercased and IDNA-encoded."""

import ipaddress

from email_validator import EmailNotValidError, validate_email

from newsletter.errors import Refused

MOST = 320


class BadAddress(Refused):
    """That is no e-mail address. It looks like you@example.com."""


def normalise(address: str) -> str:
    """Return the address as it is stored and compared. Raises BadAddress saying what is wrong."""
    bare = address.strip()
    if len(bare) > MOST or any(ord(c) < 32 or ord(c) == 127 for c in bare):
        raise BadAddress
    if "@" not in bare:
        raise BadAddress("The address needs an @, like you@example.com.")
    try:
        found = validate_email(bare, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadAddress(f"{error} It looks like you@example.com.") from None
    domain = (found.ascii_domain or found.domain).lower()
    return f"{found.local_part}@{domain}"


def mask(address: str) -> str:
    """Return the address with its local part hidden: letters get forwarded, and the page is seen by others."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def shorten_network(address: str) -> str:
    """Return the network of an IP address, /24 or /48, or nothing for what is none: enough for a consent record."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
