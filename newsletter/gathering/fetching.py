"""Fetching: one HTTP request to a source, with limits. The only home of the HTTP client."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from newsletter.errors import Unavailable
from newsletter.gathering.hosts import is_public

AGENT = "newsletter/0.1 (feed reader of a weekly digest)"
REDIRECTS = (301, 302, 303, 307, 308)


class FetchFailed(Unavailable):
    """The source did not answer as a feed should."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a source may cost: seconds in all, bytes after decompression, redirects."""

    allow_private: bool = False
    timeout_s: float = 15.0
    max_bytes: int = 5_000_000
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer. Status is 200 with a body, or 304 without."""

    status: int
    url: str
    body: bytes
    etag: str
    last_modified: str


class _Guarded(httpcore2.AsyncNetworkBackend):
    """Resolves once, refuses addresses that are not public, and connects to the address that it checked."""

    def __init__(self) -> None:
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        if port not in (80, 443):
            raise httpcore2.ConnectError(f"port {port} is refused")
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore2.ConnectError(f"no such host: {host}") from error
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(is_public(address) for address in addresses):
            raise httpcore2.ConnectError(f"{host} is not a public address")
        return await self._plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None
    ) -> httpcore2.AsyncNetworkStream:
        raise httpcore2.ConnectError("sockets of this machine are refused")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@asynccontextmanager
async def open_client(limits: Limits) -> AsyncIterator[httpx2.AsyncClient]:
    """Open a client that cannot be led to a private address, unless the limits allow it."""
    transport = httpx2.AsyncHTTPTransport()
    if not limits.allow_private:
        transport._pool._network_backend = _Guarded()  # the client has no public way to set it
    async with httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False, headers={"User-Agent": AGENT}) as client:
        yield client


async def fetch(client: httpx2.AsyncClient, url: str, etag: str, last_modified: str, limits: Limits) -> Fetched:
    """Fetch `url`, asking only for what changed. Raises FetchFailed with the reason."""
    headers = {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    try:
        async with asyncio.timeout(limits.timeout_s):
            return await _follow(client, url, headers, limits)
    except TimeoutError:
        raise FetchFailed(f"no whole answer within {limits.timeout_s:g} seconds") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, httpcore2.ConnectError, ValueError) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}"[:300]) from error


async def _follow(client: httpx2.AsyncClient, url: str, headers: dict[str, str], limits: Limits) -> Fetched:
    for _ in range(limits.redirects + 1):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.username:
            raise FetchFailed(f"{url} is not a plain http address")
        async with client.stream("GET", url, headers=headers) as answer:
            if answer.status_code in REDIRECTS and "location" in answer.headers:
                url = urljoin(url, answer.headers["location"])
                continue
            if answer.status_code not in (200, 304):
                raise FetchFailed(f"the source answered HTTP {answer.status_code}")
            body = await _body(answer, limits)
            return Fetched(
                answer.status_code,
                url,
                body,
                answer.headers.get("etag", "")[:300],
                answer.headers.get("last-modified", "")[:100],
            )
    raise FetchFailed(f"more than {limits.redirects} redirects")


async def _body(answer: httpx2.Response, limits: Limits) -> bytes:
    pieces, size = [], 0
    async for piece in answer.aiter_bytes():
        size += len(piece)
        if size > limits.max_bytes:
            raise FetchFailed(f"the answer is over {limits.max_bytes:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)
