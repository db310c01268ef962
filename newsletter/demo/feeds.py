"""A local web server for the demo's feeds, which show their items as of the demo's own time."""

import functools
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from newsletter.clock import Clock

ITEM = re.compile(rb"\s*<(item|entry)\b.*?</\1>", re.DOTALL)
DATE = re.compile(
    rb"<(?:pubDate|published|updated|dc:date)>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</"
)
Body = Callable[[datetime], bytes]
POLL_S = 0.02  # between two looks whether it should end


def as_of(document: bytes, now: datetime) -> bytes:
    """Return an RSS or Atom document without the items dated after `now`."""
    return ITEM.sub(lambda item: item[0] if _published(item[0]) <= now else b"", document)


def _published(item: bytes) -> datetime:
    found = DATE.search(item)
    if found is None:
        return datetime.min.replace(tzinfo=UTC)
    text = found[1].decode("utf-8", "replace")
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(text)
        except ValueError:
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.min.replace(tzinfo=UTC)


class _FeedRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(
        self,
        bodies: Mapping[str, Body],
        clock: Clock,
        *args: object,
    ) -> None:
        self.bodies = bodies
        self.clock = clock
        super().__init__(*args)  # type: ignore[arg-type]  # what ThreadingHTTPServer hands over

    def do_GET(self) -> None:
        make = self.bodies.get(self.path)
        if make is None:
            self._answer(503, b"this feed is broken on purpose", "")
            return
        body = make(self.clock.now())
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"", etag)
            return
        self._answer(200, body, etag)

    def _answer(
        self,
        status: int,
        body: bytes,
        etag: str,
    ) -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(self.clock.now(), usegmt=True))
        self.send_header(
            "Content-Type",
            "application/json" if self.path.endswith(".json") else "application/xml",
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the story has its own lines."""


@contextmanager
def serving(bodies: Mapping[str, Body], clock: Clock) -> Iterator[str]:
    """Serve `bodies` by path on a free port; gives the address without a trailing slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_FeedRequest, bodies, clock))
    thread = threading.Thread(
        target=server.serve_forever,
        args=(POLL_S,),
        name="feeds",
        daemon=True,
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
