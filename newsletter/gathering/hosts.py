"""Pure. Which addresses may be connected to: only public ones, so that a feed cannot reach into our own network."""

import ipaddress

NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """True for a global unicast address; mapped, translated and tunnelled forms are refused with what they hide."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in NAT64:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
