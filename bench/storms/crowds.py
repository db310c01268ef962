"""Crowds: strangers in a process of their own, who go on until they are stopped.

They know nothing of the program but its addresses, so they can meet any version of it.
"""

import asyncio
import multiprocessing
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode

PIECE = b"x" * 65536
BODY_BYTES = 200 * 1024 * 1024
SILENT = 1500
POSTING = 40
UPLOADING = 8
AGAIN_S = 1.0  # a stranger who was turned away comes back
EDGE = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data; boundary=edge"
TOOL = {
    "name": "Pen & Ink",
    "url": "https://pen.example",
    "price": "Free",
    "description": "Writes by hand.",
    "tags": "Writing",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The service, and a host of the strangers that accepts connections and says nothing."""

    host: str
    port: int
    silent_port: int

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to the service."""
        return await asyncio.open_connection(self.host, self.port)


Crowd = Callable[[Target], Awaitable[None]]


async def silent(target: Target) -> None:
    """Connect, and never say a word."""
    await _all(SILENT, lambda _: _hold(target, b""))


async def halves(target: Target) -> None:
    """Send half of a request, then nothing; every second one has a whole head, half a body."""
    half_head = b"POST /subscribe HTTP/1.1\r\nhost: x\r\n"
    half_body = half_head + b"content-length: 900\r\n\r\nemail="
    await _all(SILENT, lambda number: _hold(target, half_body if number % 2 else half_head))


async def logins(target: Target) -> None:
    """Guess passwords of one address, forty at a time."""
    body = urlencode({"address": "ed@example.org", "password": "not this one"}).encode()
    await _all(POSTING, lambda _: _post_again_and_again(target, "/desk/login", lambda _: body))


async def tools(target: Target) -> None:
    """Send tools in whose picture is at a silent host, forty at a time."""
    picture = f"https://127.0.0.1:{target.silent_port}/p.png"

    def body(number: int) -> bytes:
        contact = f"maker{number}@pen.example"
        return urlencode({**TOOL, "contact": contact, "image_url": picture}).encode()

    await _all(POSTING, lambda _: _post_again_and_again(target, "/promote", body))


async def bodies(target: Target) -> None:
    """Send bodies of 200 MB without a login: said at the start, or chunked."""
    paths = ("/desk/readers/import", "/api/signup", "/subscribe", "/desk/sources/import")
    await _all(UPLOADING, lambda n: _upload_again(target, paths[n % len(paths)], n % 2 == 0))


CROWDS: dict[str, Crowd] = {
    "1,500 silent connections": silent,
    "1,500 half requests": halves,
    "40 logins at a time": logins,
    "40 tools with a silent picture at a time": tools,
    "8 bodies of 200 MB at a time": bodies,
}


@contextmanager
def crowd(name: str, target: Target) -> Iterator[None]:
    """Let a crowd of that name besiege the service until the block ends."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_besiege, args=(name, target), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


def _besiege(name: str, target: Target) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_with_silent_host(CROWDS[name], target))


async def _with_silent_host(besiege: Crowd, target: Target) -> None:
    async def say_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", target.silent_port)
    async with server:
        await besiege(target)


async def _all(many: int, stranger: Callable[[int], Awaitable[None]]) -> None:
    await asyncio.gather(*(_for_ever(stranger, number) for number in range(many)))


async def _for_ever(stranger: Callable[[int], Awaitable[None]], number: int) -> None:
    while True:
        with suppress(OSError):
            await stranger(number)
        await asyncio.sleep(AGAIN_S)


async def _hold(target: Target, sent: bytes) -> None:
    reader, writer = await target.connect()
    writer.write(sent)
    await reader.read()
    writer.close()


async def _post_again_and_again(target: Target, path: str, body_of: Callable[[int], bytes]) -> None:
    for number in range(1_000_000):
        reader, writer = await target.connect()
        body = body_of(number)
        writer.write(_head(path, FORM, f"content-length: {len(body)}", "connection: close") + body)
        await reader.read()
        writer.close()


async def _upload_again(target: Target, path: str, is_chunked: bool) -> None:
    reader, writer = await target.connect()
    length = "transfer-encoding: chunked" if is_chunked else f"content-length: {BODY_BYTES}"
    kind = "application/json" if path.startswith("/api") else FILES
    writer.write(_head(path, kind, length))
    start = b'{"email":"' if path.startswith("/api") else EDGE
    writer.write(_piece(start, is_chunked))
    for _ in range(BODY_BYTES // len(PIECE)):
        writer.write(_piece(PIECE, is_chunked))
        await writer.drain()
    # Held open, not ended: a body that was kept stays kept.
    await reader.read()
    writer.close()


def _piece(content: bytes, is_chunked: bool) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n" if is_chunked else content


def _head(path: str, kind: str, *lines: str) -> bytes:
    first = (f"POST {path} HTTP/1.1", "host: x", f"content-type: {kind}")
    return "\r\n".join((*first, *lines, "", "")).encode()
