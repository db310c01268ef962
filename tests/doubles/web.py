"""A scripted web server on loopback, and a small internet around it.

Each path answers with the bytes of its script, right or wrong; the requests are kept. Names under
.test have public addresses, and all of them lead to that server.
"""

import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader

import httpcore2

from newsletter.fetching.connecting import Guard, Resolve

PUBLIC = "93.184.215.14"
POLL_S = 0.02  # between two looks whether it should end: as long as ending takes


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: where it went and its headers, by their names in lower case."""

    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


Script = Callable[[Asked], Iterable[bytes]]


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer that closes the connection; `retry_after="5"` is the header Retry-After."""
    shown = {"content_length": str(len(body)), "connection": "close", **headers}
    lines = [
        f"HTTP/1.1 {status} Scripted",
        *(f"{name.replace('_', '-')}: {value}" for name, value in shown.items() if value),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(status: int, body: bytes = b"", **headers: str) -> Script:
    """The same answer each time."""
    return lambda _: [answer(status, body, **headers)]


@dataclass
class Web:
    """The server: its scripts, the requests it had, and the bytes it sent.

    Scripts are by host and path ("name.test/feed"), or by path alone.
    """

    scripts: dict[str, Script]
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    sent_to: dict[str, int] = field(default_factory=dict)  # bytes, by host and path
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self, host: str = "") -> list[str]:
        """Return the paths that were asked for, in order, of one host or of all."""
        return [asked.path for asked in self.asked if not host or asked.host == host]

    def trickle(self, *pieces: bytes, every_s: float = 0.1) -> Iterator[bytes]:
        """Give the pieces slowly, and the last of them for ever, until the server ends."""
        yield from pieces
        while not self.ended.wait(every_s):
            yield pieces[-1]

    def silence(self) -> Iterator[bytes]:
        """Say nothing."""
        self.ended.wait()
        yield b""


class _Talk(socketserver.StreamRequestHandler):
    server: "_Server"
    rfile: BufferedReader

    def handle(self) -> None:
        web = self.server.web
        while asked := self._read():
            web.asked.append(asked)
            script = (
                web.scripts.get(asked.host + asked.path)
                or web.scripts.get(asked.path)
                or always(404)
            )
            is_last = False
            try:
                for piece in script(asked):
                    is_last = is_last or b"connection: close" in piece[:2000]
                    self.wfile.write(piece)
                    web.sent_to[asked.host + asked.path] = web.sent_to.get(
                        asked.host + asked.path, 0
                    ) + len(piece)
                    if web.ended.is_set():
                        return
            except OSError:
                return  # the other side hung up
            if is_last:
                return

    def _read(self) -> Asked | None:
        try:
            if self.rfile.peek(1)[:1] == b"\x16":  # TLS where plain HTTP is spoken
                self.wfile.write(answer(400))
                return None
            line = self.rfile.readline(65536).decode("latin-1").split()
            if len(line) < 2:
                return None
            headers: dict[str, str] = {}
            while text := self.rfile.readline(65536).decode("latin-1").strip():
                name, _, value = text.partition(":")
                headers[name.strip().lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", "0")))
        except OSError:
            return None
        return Asked(headers.get("host", "").split(":")[0], line[1], headers, body)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256
    web: Web


@contextmanager
def serving(scripts: dict[str, Script]) -> Iterator[Web]:
    """Serve the scripts on a free port; more may be added while it runs."""
    web = Web(scripts)
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.web, web.port = web, int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True)
        thread.start()
        try:
            yield web
        finally:
            web.ended.set()
            server.shutdown()
            thread.join()


class Internet:
    """Names and addresses. A name under .test has a public address.

    One that was given addresses has those, the next each time.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self.addresses: dict[str, list[Sequence[str]]] = {}
        self.resolved: list[str] = []
        self.connected: list[str] = []
        self.closed: set[str] = set()  # addresses that refuse connections

    def guard(self, resolve: Resolve | None = None) -> Guard:
        """Return a guard that refuses private addresses, in this internet.

        `resolve` may be the machine's own resolver.
        """
        return Guard(allow_private=False, resolve=resolve or self.resolve, wire=_Wire(self))

    def resolve(self, host: str, _: int) -> Sequence[str]:
        self.resolved.append(host)
        if host in self.addresses:
            turn = self.addresses[host]
            return turn.pop(0) if len(turn) > 1 else turn[0]
        if host.endswith(".test"):
            return [PUBLIC]
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise OSError("no such name")

    async def connect(self, address: str, timeout: float | None) -> httpcore2.AsyncNetworkStream:
        self.connected.append(address)
        if address in self.closed:
            raise httpcore2.ConnectError("connection refused")
        return await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", self._web.port, timeout)


class _Wire(httpcore2.AsyncNetworkBackend):
    """Every address leads to the one server."""

    def __init__(self, internet: Internet) -> None:
        self._internet = internet

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        return await self._internet.connect(host, timeout)
