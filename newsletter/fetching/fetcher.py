"""The fetcher: requests within limits and with manners. The only home of the HTTP client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import httpx2

from newsletter.fetching.connecting import Guard
from newsletter.fetching.failures import (
    REDIRECTS,
    FetchFailed,
    LeftAlone,
    NoConnection,
    check_status,
    check_taken,
)
from newsletter.fetching.hosts import host_of, is_plain_address
from newsletter.fetching.limits import Limits
from newsletter.fetching.pauses import Pauses
from newsletter.fetching.robots import Robots, user_agent
from newsletter.text import is_number

PERMANENT = (301, 308)
ASKED_PACKINGS = "gzip, deflate"
PACKINGS = ("", "identity", "gzip", "x-gzip", "deflate")  # what may come of it
UNSUSPICIOUS_BYTES = 1_000_000  # so much may come of anything, however well it was packed
# What the columns of a source hold; a validator that is cut off would never match.
ETAG_CHARS = 300
LAST_MODIFIED_CHARS = 100
CHARSET_CHARS = 40
IsEnough = Callable[[bytearray], bool]


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: status 200 with a body, or 304 without.

    `moved_to` is where the source lives now, by permanent redirects only; "" if it did not move.
    `charset` is the encoding that the header names (RFC 9110, 8.3.2), "" if it names none.
    """

    status: int
    url: str
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True)
class _Order:
    """How an address is to be fetched, and those that it redirects to."""

    headers: Mapping[str, str]
    is_enough: IsEnough
    obeys_robots: bool


class Fetcher:
    """The requests of one gathering. Every method raises FetchFailed with the reason."""

    def __init__(self, client: httpx2.AsyncClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self.pauses = Pauses(limits.at_once, limits.gap_s)
        self._robots = Robots(self._ask_robots)

    async def fetch(
        self,
        url: str,
        etag: str = "",
        last_modified: str = "",
    ) -> Fetched:
        """Fetch what is made for programs: a feed.

        Asks only for what changed, if validators are given (RFC 9110, 13).
        """
        headers = _conditions(etag, last_modified)
        return await self._follow(url, _Order(headers, _never, obeys_robots=False))

    async def fetch_as_robot(
        self,
        url: str,
        etag: str = "",
        last_modified: str = "",
    ) -> Fetched:
        """Fetch a page that is made for people, or a sitemap, only where robots.txt allows it."""
        headers = _conditions(etag, last_modified)
        return await self._follow(url, _Order(headers, _never, obeys_robots=True))

    async def fetch_start(self, url: str, is_enough: IsEnough) -> bytes:
        """Fetch a part of a page, an image, until its first bytes are enough."""
        fetched = await self._follow(url, _Order({}, is_enough, obeys_robots=False))
        return fetched.body

    async def post(
        self,
        url: str,
        body: bytes,
        headers: dict[str, str],
    ) -> int:
        """Hand a body to a program elsewhere; returns the status, 2xx.

        It goes to this address and to no other: no redirect is followed.
        """
        _check_address(url)
        sending = self._client.stream("POST", url, content=body, headers=headers)
        async with (
            self.pauses.request_to(host_of(url)),
            self._in_time(host_of(url), self._limits.timeout_s),
            sending as answer,
        ):
            status = answer.status_code
        check_taken(status)
        return status

    async def _follow(self, url: str, order: _Order) -> Fetched:
        """Fetch an address, or what it redirects to; every address is checked like the first."""
        left_s = self._limits.timeout_s
        moved_to = ""
        is_permanent = True
        for _ in range(self._limits.redirects + 1):
            await self._check_allowed(url, order)
            fetched, target, took_s = await self._request(url, order, left_s)
            if not target:
                return replace(fetched, moved_to=moved_to)
            url = target
            left_s -= took_s
            # After one redirect for now, the rest of the chain may lead elsewhere tomorrow.
            is_permanent = is_permanent and fetched.status in PERMANENT
            moved_to = url if is_permanent else moved_to
        raise FetchFailed(f"more than {self._limits.redirects} redirects")

    async def _check_allowed(self, url: str, order: _Order) -> None:
        """Raise FetchFailed for an address that may not be fetched."""
        _check_address(url)
        if order.obeys_robots and not await self._robots.allow(url):
            raise FetchFailed(f"robots.txt of {host_of(url)} does not allow it")

    async def _request(
        self,
        url: str,
        order: _Order,
        left_s: float,
    ) -> tuple[Fetched, str, float]:
        """Make one request when the host may be asked.

        Returns the answer, where it redirects to or "", and the seconds that it took.
        """
        host = host_of(url)
        async with self.pauses.request_to(host):
            # Asked only now: the request before this one may have been told to leave it alone.
            self._check_left_alone(host)
            loop = asyncio.get_running_loop()
            began = loop.time()
            asking = self._client.stream("GET", url, headers=dict(order.headers))
            async with self._in_time(host, left_s), asking as answer:
                fetched, target = await self._take(url, answer, order)
        # The gap after the request is waited for by the next one: it is no part of this.
        return fetched, target, loop.time() - began

    def _check_left_alone(self, host: str) -> None:
        """Raise LeftAlone if a host asked for that."""
        if reason := self.pauses.reason_left_alone(host):
            raise LeftAlone(reason)

    @asynccontextmanager
    async def _in_time(self, host: str, left_s: float) -> AsyncIterator[None]:
        """Give a request to a host its seconds, and say in words what went wrong with it."""
        try:
            async with asyncio.timeout(left_s):
                yield
        except TimeoutError:
            problem = f"no whole answer within {self._limits.timeout_s:g} seconds"
            raise FetchFailed(problem) from None
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise NoConnection(self._in_words(error), host) from error
        # ValueError: the target of a redirect may be no address at all.
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
            raise FetchFailed(self._in_words(error)) from error

    async def _take(
        self,
        url: str,
        answer: httpx2.Response,
        order: _Order,
    ) -> tuple[Fetched, str]:
        """Return an answer, and where it redirects to or ""."""
        status = answer.status_code
        headers = answer.headers
        if status in REDIRECTS and "location" in headers:
            return Fetched(status, url), urljoin(url, headers["location"])
        self._check_rest(url, answer)
        check_status(status, is_conditional=bool(order.headers))
        body = b""
        if status == 200:
            body = await self._read_body(answer, order.is_enough)
        fetched = Fetched(
            status,
            url,
            body,
            etag=_validator(headers, "etag", ETAG_CHARS),
            last_modified=_validator(headers, "last-modified", LAST_MODIFIED_CHARS),
            charset=(answer.charset_encoding or "")[:CHARSET_CHARS],
        )
        return fetched, ""

    def _check_rest(self, url: str, answer: httpx2.Response) -> None:
        """Refuse an answer that wants the host to be left alone, and keep to it."""
        if not _wants_rest(answer):
            return
        host = host_of(url)
        self.pauses.leave_alone(host, f"{host} asked to be left alone for now")
        status = answer.status_code
        problem = f"HTTP {status}: asks to be left alone for now"
        raise FetchFailed(problem, status, answer.headers.get("retry-after", ""))

    async def _read_body(self, answer: httpx2.Response, is_enough: IsEnough) -> bytes:
        """Read a body up to the limits, or until it is enough."""
        _check_packing(answer)
        self._check_announced_length(answer)
        body = bytearray()
        # It is unpacked in pieces of a megabyte at most: a bomb is seen before it bursts.
        async for piece in answer.aiter_bytes():
            body += piece
            self._check_size(len(body), answer.num_bytes_downloaded)
            if is_enough(body):
                break
        return bytes(body)

    def _check_announced_length(self, answer: httpx2.Response) -> None:
        """Refuse a body whose header says already that it is too long."""
        length = answer.headers.get("content-length", "")
        if is_number(length):
            # Cut short: int() takes long for thousands of digits.
            self._check_length(int(length[:18]))

    def _check_size(self, size: int, packed_size: int) -> None:
        """Refuse a body that is too long, or that unpacks to suspiciously much."""
        self._check_length(size)
        ratio = self._limits.max_ratio
        if size > max(UNSUSPICIOUS_BYTES, ratio * packed_size):
            raise FetchFailed(f"its answer unpacks to over {ratio} times its size")

    def _check_length(self, length: int) -> None:
        """Raise FetchFailed if a body is too long."""
        if length > self._limits.max_bytes:
            raise FetchFailed(f"its answer is over {self._limits.max_bytes:,} bytes")

    async def _ask_robots(self, url: str) -> tuple[int | None, bytes]:
        """Return the status of a robots.txt, None if there was no answer, and its bytes."""
        try:
            fetched = await self.fetch(url)
        except (NoConnection, LeftAlone):
            # The page behind it would fail in the same way: this reason is the better one.
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
    try:
        async with _client(limits, own) as client:
            yield Fetcher(client, limits)
    finally:
        if guard is None:
            own.close()


def _client(limits: Limits, guard: Guard) -> httpx2.AsyncClient:
    """Make the HTTP client; its connections are those of the guard."""
    pool = httpx2.Limits(max_keepalive_connections=limits.at_once, keepalive_expiry=15.0)
    transport = httpx2.AsyncHTTPTransport(limits=pool)
    transport._pool._network_backend = guard  # the client has no public way to set it
    return httpx2.AsyncClient(
        transport=transport,
        # A proxy of the environment would connect for us, past the guard.
        trust_env=False,
        # `_follow` does it: each address is checked, and the way is known.
        follow_redirects=False,
        headers={"User-Agent": user_agent(limits.contact), "Accept-Encoding": ASKED_PACKINGS},
        # No limit for a place in the pool: `Pauses` has the places.
        timeout=httpx2.Timeout(limits.silence_s, connect=limits.connect_s, pool=None),
    )


def _check_address(url: str) -> None:
    """Raise FetchFailed for an address that a feed has no business to name."""
    if not is_plain_address(url):
        raise FetchFailed(f"{url[:200]} is not a plain http address")


def _wants_rest(answer: httpx2.Response) -> bool:
    """True if an answer wants the host to be left alone."""
    status = answer.status_code
    # A 503 alone is a broken host, one with a time is a wish (RFC 9110, 15.6.4).
    return status == 429 or (status == 503 and "retry-after" in answer.headers)


def _check_packing(answer: httpx2.Response) -> None:
    """Raise FetchFailed if a body is packed in a way that we did not ask for."""
    packing = answer.headers.get("content-encoding", "").strip().lower()
    if packing not in PACKINGS:
        raise FetchFailed(f"its answer is packed as {packing[:40]}, which we did not ask for")


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    """Return the headers that ask only for what changed (RFC 9110, 13.1)."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def _validator(
    headers: httpx2.Headers,
    name: str,
    longest: int,
) -> str:
    """Return a validator that can be kept and sent back as it is, or ""."""
    value = headers.get(name, "")
    return value if value.isascii() and len(value) <= longest else ""


def _never(_: bytearray) -> bool:
    """Whether a document is read whole: no beginning of it is enough."""
    return False
