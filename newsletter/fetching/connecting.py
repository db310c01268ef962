"""Connecting: a name is resolved once, its addresses are checked, and only they are connected to.

A name that answers with another address the next time (DNS rebinding) gains nothing: there is no
next time. The only home of httpcore2.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpcore2

from newsletter.fetching.hosts import is_public

PORTS = (80, 443)
MOST_ADDRESSES = 4  # of a name: an address that does not answer gives way to the next
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name as this machine resolves it; blocks. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    addresses = (str(socket_address[0]) for *_, socket_address in found)
    return list(dict.fromkeys(addresses))


class Guard(httpcore2.AsyncNetworkBackend):
    """The place where all connections are made.

    Unless private ones are allowed, every address of a name must be public, at port 80 or 443.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = resolve,
        wire: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._wire = wire or httpcore2.AnyIOBackend()
        # Threads of its own: a slow name server must not block parsing and storing.
        self._resolvers = ThreadPoolExecutor(16, "names")

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers. Raises ConnectError or ConnectTimeout."""
        self._check_port(port)
        connect = partial(
            self._wire.connect_tcp,
            port=port,
            local_address=local_address,
            socket_options=socket_options,
        )
        *others, last = await self._addresses(host, port, timeout)
        for address in others:
            # Half the time each: the last one, often IPv4, is to have its chance.
            try:
                return await connect(address, timeout=(timeout or 0) / 2 or None)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await connect(last, timeout=timeout)

    def _check_port(self, port: int) -> None:
        """Raise ConnectError for a port that no website has."""
        if not self._allow_private and port not in PORTS:
            raise httpcore2.ConnectError(f"port {port} is refused")

    async def _addresses(
        self,
        host: str,
        port: int,
        timeout: float | None,
    ) -> Sequence[str]:
        """Return the addresses of a host that may be connected to, at least one."""
        addresses = await self._resolved(host, port, timeout)
        if not addresses:
            raise httpcore2.ConnectError(f"no such host: {host}")
        self._check_public(host, addresses)
        return addresses[:MOST_ADDRESSES]

    async def _resolved(
        self,
        host: str,
        port: int,
        timeout: float | None,
    ) -> Sequence[str]:
        """Return all addresses of a host. Raises ConnectError or ConnectTimeout."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                return await loop.run_in_executor(self._resolvers, self._resolve, host, port)
        except TimeoutError:
            raise httpcore2.ConnectTimeout(f"the name {host} was not resolved in time") from None
        except (OSError, UnicodeError):
            # UnicodeError: a label that is empty or too long for a name (IDNA).
            raise httpcore2.ConnectError(f"no such host: {host}") from None

    def _check_public(self, host: str, addresses: Iterable[str]) -> None:
        """Raise ConnectError if a host has an address that is not public."""
        # All of them: a name with one private address among public ones is an attack.
        if not self._allow_private and not all(map(is_public, addresses)):
            raise httpcore2.ConnectError(f"{host} is not a public address")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: sockets of this machine are nobody's source."""
        raise httpcore2.ConnectError("sockets of this machine are refused")

    async def sleep(self, seconds: float) -> None:
        """Sleep, as the connection pool asks for."""
        await asyncio.sleep(seconds)

    def close(self) -> None:
        """Wait for no name any more."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)
