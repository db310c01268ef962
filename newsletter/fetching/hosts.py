"""Pure. Which addresses may be asked, and which may be connected to.

Only public ones may, so that a feed cannot reach into our own network.
"""

import ipaddress
from urllib.parse import urlsplit

MOST_HOST = 253  # characters (RFC 1035, 2.3.4)

# Blocks that Python calls global and that still lead inwards, or nowhere.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.88.99.0/24",  # relays to 6to4 (RFC 7526)
        "::/96",  # IPv4 in IPv6, the oldest form (RFC 4291, 2.5.5.1)
        "::ffff:0:0:0/96",  # translated (RFC 2765)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # NAT64 with a prefix of one's own (RFC 8215)
        "fec0::/10",  # site-local (RFC 3879)
        "3fff::/20",  # documentation (RFC 9637)
    )
)


def is_public(address: str) -> bool:
    """True for a global unicast address.

    Mapped, translated and tunnelled forms are refused with what they hide.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if _is_tunnel(ip):
            return False
    if any(ip in block for block in NOT_PUBLIC):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_tunnel(ip: ipaddress.IPv6Address) -> bool:
    """True for 6to4 (RFC 3056) and Teredo (RFC 4380), which hide an IPv4 address."""
    return ip.sixtofour is not None or ip.teredo is not None


def host_of(url: str) -> str:
    """Return the host of an address in lower case, "" if it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_this_machine(host: str) -> bool:
    """True for a loopback address, which needs no manners."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_host_name(host: str) -> bool:
    """True for what can be the name or the address of a host: +1 and .. cannot."""
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return len(host) <= MOST_HOST and all(map(_is_label, host.split(".")))


def _is_label(label: str) -> bool:
    """True for letters and digits of any script; some hosts have an underscore."""
    return label.replace("-", "x").replace("_", "x").isalnum()


def is_plain_address(url: str) -> bool:
    """True for an http or https address with a host and no login in it."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return False
        # A port over 65535 raises ValueError, port 0 does not.
        return parts.username is None and parts.port != 0
    except ValueError:
        return False
