"""Fetching: HTTP requests to other people's hosts, with limits and manners. The only home of the HTTP client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import httpx2

from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import FetchFailed, LeftAlone, NoConnection
from newsletter.fetching.hosts import host_of, is_plain_address
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import Pauses
from newsletter.fetching.robots import PRODUCT, Robots

VERSION = "0.1"
PERMANENT, REDIRECTS = (301, 308), (301, 302, 303, 307, 308)
PACKED = ("", "identity", "gzip", "x-gzip", "deflate")  # what we ask for
UNSUSPICIOUS_BYTES = 1_000_000  # so much may come of anything, however well it was packed


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: status 200 with a body, or 304 without. `moved_to` is where the source lives now, by permanent redirects."""

    status: int
    url: str
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""


class Fetcher:
    """The requests of one gathering. Every method raises FetchFailed with the reason."""

    def __init__(self, client: httpx2.AsyncClient, limits: Limits) -> None:
        self._client, self._limits = client, limits
        self.pauses = Pauses(limits.at_once, limits.gap_s)
        self._robots = Robots(self._ask_robots)

    async def fetch(self, url: str, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch what is made for programs, a feed: asking only for what changed, if validators are given (RFC 9110, 13)."""
        return await self._follow(url, _conditions(etag, last_modified), self._whole, _anyone)

    async def fetch_as_robot(self, url: str, etag: str = "", last_modified: str = "") -> Fetched:
        """Fetch what is made for people, a page, or a sitemap: only where robots.txt allows it, at each redirect anew."""
        return await self._follow(
            url, _conditions(etag, last_modified), self._whole, self._check_robots
        )

    async def fetch_start(self, url: str, is_enough: Callable[[bytearray], bool]) -> bytes:
        """Fetch a part of a page, an image, until its first bytes are enough."""

        async def start(answer: httpx2.Response) -> bytes:
            return await self._read(answer, is_enough)

        return (await self._follow(url, {}, start, _anyone)).body

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Hand a body to a program elsewhere; returns the status, 2xx. It goes to this address and to no other: no redirect."""
        _check_address(url)
        sending = self._client.stream("POST", url, content=body, headers=headers)
        async with (
            self.pauses.request_to(host_of(url)),
            self._in_time(self._limits.timeout_s),
            sending as answer,
        ):
            status = answer.status_code
        if status not in range(200, 300):
            raise FetchFailed(
                f"HTTP {status}: "
                + (
                    "a redirect, which is not followed" if status in REDIRECTS else _meaning(status)
                ),
                status,
            )
        return status

    async def _follow(
        self,
        url: str,
        headers: dict[str, str],
        read: Callable[[httpx2.Response], Awaitable[bytes]],
        check: Callable[[str], Awaitable[None]],
    ) -> Fetched:
        left_s, moved_to, is_permanent = self._limits.timeout_s, "", True
        for _ in range(self._limits.redirects + 1):
            _check_address(url)
            await check(url)
            fetched, to, took_s = await self._request(url, headers, read, left_s)
            if not to:
                return replace(fetched, moved_to=moved_to)
            is_permanent = is_permanent and fetched.status in PERMANENT
            url, left_s = to, left_s - took_s
            moved_to = url if is_permanent else moved_to
        raise FetchFailed(f"more than {self._limits.redirects} redirects")

    async def _request(
        self,
        url: str,
        headers: dict[str, str],
        read: Callable[[httpx2.Response], Awaitable[bytes]],
        left_s: float,
    ) -> tuple[Fetched, str, float]:
        """Make one request in its turn; returns the answer, where it redirects to, and the seconds it took."""
        host = host_of(url)
        async with self.pauses.request_to(host):
            if why := self.pauses.reason_left_alone(host):
                raise LeftAlone(why)
            began = asyncio.get_running_loop().time()
            async with (
                self._in_time(left_s),
                self._client.stream("GET", url, headers=headers) as answer,
            ):
                fetched, to = await self._take(url, answer, read, is_conditional=bool(headers))
        return fetched, to, asyncio.get_running_loop().time() - began

    @asynccontextmanager
    async def _in_time(self, left_s: float) -> AsyncIterator[None]:
        """Give a request its seconds, and say in words what went wrong with it."""
        try:
            async with asyncio.timeout(left_s):
                yield
        except TimeoutError:
            raise FetchFailed(
                f"no whole answer within {self._limits.timeout_s:g} seconds"
            ) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise NoConnection(self._in_words(error)) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise FetchFailed(self._in_words(error)) from error

    async def _take(
        self,
        url: str,
        answer: httpx2.Response,
        read: Callable[[httpx2.Response], Awaitable[bytes]],
        *,
        is_conditional: bool,
    ) -> tuple[Fetched, str]:
        status, headers = answer.status_code, answer.headers
        if status in REDIRECTS and "location" in headers:
            return Fetched(status, url), urljoin(url, headers["location"])
        if status == 429 or (status == 503 and "retry-after" in headers):
            self.pauses.leave_alone(host_of(url), f"{host_of(url)} asked to be left alone for now")
            raise FetchFailed(
                f"HTTP {status}: asks to be left alone for now",
                status,
                headers.get("retry-after", ""),
            )
        if status not in (200, 304):
            raise FetchFailed(f"HTTP {status}: {_meaning(status)}", status)
        if status == 304 and not is_conditional:
            raise FetchFailed("HTTP 304: says that nothing changed, and was not asked that", status)
        body = await read(answer) if status == 200 else b""
        return Fetched(
            status,
            url,
            body,
            _validator(headers, "etag", 300),
            _validator(headers, "last-modified", 100),
        ), ""

    async def _whole(self, answer: httpx2.Response) -> bytes:
        return await self._read(answer, lambda _: False)

    async def _read(self, answer: httpx2.Response, is_enough: Callable[[bytearray], bool]) -> bytes:
        """Read a body up to the limits. It is unpacked in pieces of a megabyte at most, so a bomb is seen before it bursts."""
        packed = answer.headers.get("content-encoding", "").strip().lower()
        if packed not in PACKED:
            raise FetchFailed(f"its answer is packed as {packed[:40]}, which we did not ask for")
        told = answer.headers.get("content-length", "")
        if told.isascii() and told.isdigit() and int(told[:18]) > self._limits.max_bytes:
            raise FetchFailed(f"its answer is over {self._limits.max_bytes:,} bytes")
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > self._limits.max_bytes:
                raise FetchFailed(f"its answer is over {self._limits.max_bytes:,} bytes")
            if len(body) > max(
                UNSUSPICIOUS_BYTES, self._limits.max_ratio * answer.num_bytes_downloaded
            ):
                raise FetchFailed(
                    f"its answer unpacks to over {self._limits.max_ratio} times its size"
                )
            if is_enough(body):
                break
        return bytes(body)

    async def _check_robots(self, url: str) -> None:
        if not await self._robots.allow(url):
            raise FetchFailed(f"robots.txt of {host_of(url)} does not allow it")

    async def _ask_robots(self, url: str) -> tuple[int | None, bytes]:
        try:
            fetched = await self.fetch(url)
        except (NoConnection, LeftAlone):
            raise
        except FetchFailed as error:
            return error.code, b""
        return fetched.status, fetched.body

    def _in_words(self, error: Exception) -> str:
        """Return what went wrong below HTTP."""
        text = str(error).strip() or type(error).__name__
        match error:
            case httpx2.ConnectTimeout():
                return f"no connection within {self._limits.connect_s:g} seconds"
            case httpx2.ReadTimeout():
                return f"nothing came for {self._limits.silence_s:g} seconds"
            case httpx2.ConnectError():
                return f"no connection: {text}"
            case httpx2.DecodingError():
                return f"its answer cannot be unpacked: {text}"
            case httpx2.ProtocolError() | httpx2.ReadError():
                return f"its answer is broken off or not HTTP: {text}"
        return text


@asynccontextmanager
async def open_fetcher(limits: Limits, guard: Guard | None = None) -> AsyncIterator[Fetcher]:
    """Open a fetcher whose connections are guarded; a guard that is given stays open."""
    own = guard or Guard(allow_private=limits.allow_private)
    transport = httpx2.AsyncHTTPTransport(
        limits=httpx2.Limits(max_keepalive_connections=limits.at_once, keepalive_expiry=15.0)
    )
    transport._pool._network_backend = own  # the client has no public way to set it
    agent = f"{PRODUCT}/{VERSION}" + (f" (+{limits.contact})" if limits.contact else "")
    timeout = httpx2.Timeout(limits.silence_s, connect=limits.connect_s, pool=None)
    headers = {"User-Agent": agent, "Accept-Encoding": "gzip, deflate"}
    try:
        async with httpx2.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers=headers,
            timeout=timeout,
        ) as client:
            yield Fetcher(client, limits)
    finally:
        if guard is None:
            own.close()


def _check_address(url: str) -> None:
    if not is_plain_address(url):
        raise FetchFailed(f"{url[:200]} is not a plain http address")


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    headers = {"If-None-Match": etag} if etag else {}
    return headers | ({"If-Modified-Since": last_modified} if last_modified else {})


def _validator(headers: httpx2.Headers, name: str, longest: int) -> str:
    """Return a validator that can be kept and sent back as it is, or ""."""
    value = headers.get(name, "")
    return value if value.isascii() and len(value) <= longest else ""


async def _anyone(_: str) -> None:
    """What every program may fetch."""


def _meaning(status: int) -> str:
    match status:
        case 401 | 402 | 403:
            return "it is not shown to us"
        case 404:
            return "there is nothing at this address"
        case 410:
            return "it is gone for good"
        case _ if status >= 500:
            return "the host is broken for now"
        case _:
            return "not an answer to read"
