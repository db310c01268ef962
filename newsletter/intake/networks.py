"""Pure. Who may stand behind several networks, so that what they share is counted once."""

import ipaddress
from functools import lru_cache

PROVIDER_BITS = 32  # the least that a registry gives to a provider of IPv6


@lru_cache(1024)
def owner_of(network: str) -> str:
    """Return what one owner may have of networks like this one: of IPv6 a /32, or the network."""
    # Who rents one server gets a /48 or more for the asking; a /24 of IPv4 costs money.
    if ":" not in network:
        return network
    return str(ipaddress.ip_network(network).supernet(new_prefix=PROVIDER_BITS))
