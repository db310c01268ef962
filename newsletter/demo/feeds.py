"""A local web server for the demo's feeds, which show their items as of the demo's own time."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import partial
from hashlib import sha256

from newsletter.clock import Clock
from newsletter.demo.local_http import LocalRequest, serve

# By patterns, not parsed: what is shown of a document is as it was written, to the byte.
ITEM = re.compile(
    rb"(?<!\s)\s*+<(item|entry)\b(?:[^<]++|<(?!/?(?:item|entry)\b))*+</\1>", re.DOTALL
)
DATE = re.compile(
    rb"<(?:pubDate|published|updated|dc:date)>\s*+(?:<!\[CDATA\[)?([^<\]]{0,60}?)(?:\]\]>)?\s*+</"
)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Body = Callable[[datetime], bytes]


def as_of(document: bytes, now: datetime) -> bytes:
    """Return an RSS or Atom document without the items dated after `now`."""
    return ITEM.sub(lambda item: item[0] if _published(item[0]) <= now else b"", document)


def _published(item: bytes) -> datetime:
    """When an item was published, in any of the two forms that feeds write; long ago if unknown."""
    found = DATE.search(item)
    text = found[1].decode("utf-8", "replace") if found else ""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        # Neither knows the other's form.
        with suppress(ValueError):
            return _aware(read(text))
    return LONG_AGO


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class _FeedRequest(LocalRequest):
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
            self.answer(503, b"this feed is broken on purpose", self._type)
        else:
            self._send(make)

    def _send(self, make: Body) -> None:
        body = make(self.clock.now())
        etag = _etag(body)
        headers = self._validators(etag) | self._type
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", headers)
        else:
            self.answer(200, body, headers)

    def _validators(self, etag: str) -> dict[str, str]:
        # Of RFC 9110, 8.8: a feed that has not changed is not sent again.
        return {"ETag": etag, "Last-Modified": format_datetime(self.clock.now(), usegmt=True)}

    @property
    def _type(self) -> dict[str, str]:
        kind = "json" if self.path.endswith(".json") else "xml"
        return {"Content-Type": f"application/{kind}"}


def _etag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:16]}"'


def serving(bodies: Mapping[str, Body], clock: Clock) -> AbstractContextManager[str]:
    """Serve `bodies` by path on a free port; gives the address without a trailing slash."""
    return serve(partial(_FeedRequest, bodies, clock), "feeds")
