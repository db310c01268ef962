"""Connecting: a name is resolved once, its addresses are checked, and exactly they are connected to. The only home of httpcore2.

A name that answers with another address the next time (DNS rebinding) gains nothing: there is no next time.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore2

from newsletter.fetching.hosts import is_public

PORTS = (80, 443)
MOST_ADDRESSES = 4  # of a name: an address that does not answer gives way to the next
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name as this machine resolves it; blocks. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Guard(httpcore2.AsyncNetworkBackend):
    """Where all connections are made. Unless private ones are allowed, every address of a name must be public, at port 80 or 443."""

    def __init__(
        self,
        *,
        allow_private: bool,
        resolve: Resolve = resolve,
        wire: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._wire = wire or httpcore2.AnyIOBackend()
        self._names = ThreadPoolExecutor(
            16, "names"
        )  # of its own: a slow name server must not block parsing and storing

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first address that answers. Raises ConnectError or ConnectTimeout."""
        if not self._allow_private and port not in PORTS:
            raise httpcore2.ConnectError(f"port {port} is refused")
        addresses = await self._checked(host, port, timeout)
        for address in addresses[:-1]:
            try:
                return await self._wire.connect_tcp(
                    address, port, (timeout or 0) / 2 or None, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._wire.connect_tcp(
            addresses[-1], port, timeout, local_address, socket_options
        )

    async def _checked(self, host: str, port: int, timeout: float | None) -> Sequence[str]:
        try:
            async with asyncio.timeout(timeout):
                found = await asyncio.get_running_loop().run_in_executor(
                    self._names, self._resolve, host, port
                )
        except TimeoutError:
            raise httpcore2.ConnectTimeout(f"the name {host} was not resolved in time") from None
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError(f"no such host: {host}") from None
        if not found:
            raise httpcore2.ConnectError(f"no such host: {host}")
        if not self._allow_private and not all(is_public(address) for address in found):
            raise httpcore2.ConnectError(f"{host} is not a public address")
        return found[:MOST_ADDRESSES]

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
        self._names.shutdown(wait=False, cancel_futures=True)
