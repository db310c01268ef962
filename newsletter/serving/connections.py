"""Pure. Who holds a connection: how many in all and by network, and which of them has to go.

Silent connections cost a stranger nothing, and the machine has few. So nobody is refused because
others wait: who waited longest, of the network that holds most, makes room for who comes.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Generic, TypeVar

from subscribers.addresses import shorten_network

C = TypeVar("C", bound=Hashable)  # a connection
Proxies = Sequence[IPv4Network | IPv6Network]
OF_PROXIES = "proxies"  # the network under which all connections of trusted proxies are counted


class Awaited(Enum):
    """What a connection waits for the other side to do."""

    # A silent connection, half a head, or nothing more after an answer: they are the same to us.
    HEAD = "send a request"
    BODY = "send the rest of a request"
    TAKING = "take the answer"


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How long one waits for the other side, in seconds, and how much it may hold.

    A body has `body_s` and a second more for each `least_bytes_a_s` of it that came: a large list
    over a slow line arrives, a byte now and then does not.
    """

    head_s: float = 10.0
    body_s: float = 20.0
    least_bytes_a_s: int = 8 * 1024
    taking_s: float = 30.0
    most: int = 2000  # connections
    most_of_network: int = 200

    def until(self, wait: "Wait") -> float:
        """When a wait is over."""
        if wait.awaited is Awaited.HEAD:
            return wait.since + self.head_s
        if wait.awaited is Awaited.TAKING:
            return wait.since + self.taking_s
        return wait.since + self.body_s + wait.received / self.least_bytes_a_s


@dataclass(slots=True)
class Wait:
    """One wait: for what, since when (of a monotonic clock), and the bytes that came meanwhile."""

    awaited: Awaited
    since: float
    received: int = 0


@dataclass
class OpenConnections(Generic[C]):
    """The connections of this process.

    OpenConnections of trusted proxies have no limit by network: a proxy brings everybody.
    """

    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    proxies: Proxies = ()
    _held: Counter[str] = field(default_factory=Counter)  # by network
    _networks: dict[C, str] = field(default_factory=dict)
    # By network; each with the one that waits longest first.
    _waiting: dict[str, dict[C, Wait]] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many connections there are."""
        return len(self._networks)

    def network_of(self, host: str) -> str:
        """Return the network under which a host is counted."""
        try:
            address = ip_address(host)
        except ValueError:
            return OF_PROXIES  # a socket of this machine: only a proxy of ours has it
        if any(address in proxy for proxy in self.proxies):
            return OF_PROXIES
        return shorten_network(host)

    def let_in(self, connection: C, host: str, now: float) -> C | None:
        """Count a new connection, which waits for its request.

        Returns the connection that has to go: none, another one, or itself if all others work.
        """
        network = self.network_of(host)
        leaver = self._leaver(network)
        self._networks[connection] = network
        self._held[network] += 1
        self.wait(connection, Awaited.HEAD, now)
        return connection if leaver is None and self._is_too_full(network) else leaver

    def wait(self, connection: C, awaited: Awaited, now: float) -> None:
        """Begin to wait for the other side."""
        self.work(connection)
        network = self._networks.get(connection)
        if network is not None:
            self._waiting.setdefault(network, {})[connection] = Wait(awaited, now)

    def work(self, connection: C) -> None:
        """Wait no more: it is our turn."""
        network = self._networks.get(connection, "")
        waiting = self._waiting.get(network, {})
        waiting.pop(connection, None)
        if not waiting:
            self._waiting.pop(network, None)

    def hear(self, connection: C, received: int) -> Wait | None:
        """Note bytes that came, and return the wait that they belong to."""
        wait = self._waiting.get(self._networks.get(connection, ""), {}).get(connection)
        if wait is not None:
            wait.received += received
        return wait

    def leave(self, connection: C) -> None:
        """Forget a connection that is closed."""
        self.work(connection)
        network = self._networks.pop(connection, None)
        if network is not None:
            self._held[network] -= 1
            if not self._held[network]:
                del self._held[network]

    def late(self, now: float) -> list[tuple[C, Wait]]:
        """Return the connections whose wait is over."""
        return [(one, wait) for one, wait in self._waits() if self.limits.until(wait) <= now]

    def _waits(self) -> Iterator[tuple[C, Wait]]:
        """Give all waits, those of a network in the order in which they began."""
        for waiting in self._waiting.values():
            yield from waiting.items()

    # Not the one that waits longest of all: then a network that fills the house would push out
    # the readers of others, who came before it.
    def _leaver(self, network: str) -> C | None:
        """Return who makes room for one more of a network; None if nobody has to, or can."""
        if self._is_full_of(network, 1):
            return self._longest_waiting(network)
        if len(self) + 1 > self.limits.most and self._waiting:
            return self._longest_waiting(max(self._waiting, key=self._held.__getitem__))
        return None

    def _is_too_full(self, network: str) -> bool:
        """True if one more was counted than there is room for."""
        return len(self) > self.limits.most or self._is_full_of(network, 0)

    def _is_full_of(self, network: str, more: int) -> bool:
        """True if a network would hold more than its share with so many more."""
        if network == OF_PROXIES:
            return False
        return self._held[network] + more > self.limits.most_of_network

    def _longest_waiting(self, network: str) -> C | None:
        """Return who waits longest of a network; None if nobody of it waits.

        A dict keeps the order of its keys, and each wait begins at its end.
        """
        return next(iter(self._waiting.get(network, {})), None)
