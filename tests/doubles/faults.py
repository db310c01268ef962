"""Faults of sources, each as a script of the web server: the host's name is the fault's."""

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache

from tests.doubles.web import PUBLIC, Internet, Script, Web, always, answer

PRIVATE, DEAF = "10.0.0.7", "93.184.215.15"


def feed(
    items: int = 2, *, title: str = "A feed", host: str = "news.test", start: int = 0
) -> bytes:
    """A small RSS document of our own."""
    entries = "".join(
        f"<item><title>Story number {n} of {host}</title><link>http://{host}/story-{n}</link>"
        f"<description>What happened in story {n} is told here.</description>"
        f"<pubDate>Mon, 11 May 2026 {n % 24:02}:00:00 +0000</pubDate></item>"
        for n in range(start, start + items)
    )
    channel = f"<channel><title>{title}</title>{entries}</channel>"
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{declaration}<rss version="2.0">{channel}</rss>'.encode()


CAFE = feed(host="charset.test").replace(b"Story number 0", "Café number 0".encode("cp1252"))
HTML = (
    b"<!doctype html><html><head><title>Welcome</title></head>"
    b"<body><p>This is a page, not a feed.</p></body></html>"
)


def scripts(web: Web, internet: Internet, now: datetime) -> dict[str, Script]:
    """Return the faults by host; `internet` learns their addresses and who refuses connections."""
    internet.addresses |= {
        "refused.test": [[DEAF]],
        "mixed.test": [[PUBLIC, PRIVATE]],
        "rebinding.test": [[PUBLIC], [PRIVATE]],
    }
    internet.closed.add(DEAF)
    return {
        "404.test": always(404),
        "410.test": always(410),
        "429.test": always(429, retry_after="3600"),
        "429-date.test": always(
            429, retry_after=format_datetime(now + timedelta(hours=2), usegmt=True)
        ),
        "429-year.test": always(429, retry_after="31536000"),
        "500.test": always(500),
        "503.test": always(503),
        "503-retry.test": always(503, retry_after="5400"),
        "204.test": always(204, content_length=""),
        "304.test": always(304, content_length=""),
        "empty.test": always(200),
        "loop.test": lambda asked: [answer(302, location="/feed")],
        "to-private.test": always(302, location=f"http://{PRIVATE}/feed"),
        "to-file.test": always(302, location="file:///etc/passwd"),
        "mixed.test": always(200, feed(host="mixed.test")),
        "rebinding.test": always(200, feed(host="rebinding.test")),
        "slow.test": lambda _: web.trickle(
            b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n<rss>", b" "
        ),
        "silent.test": lambda _: web.silence(),
        "bomb.test": always(200, _bomb(100), content_encoding="gzip"),
        "small-bomb.test": always(200, _bomb(4), content_encoding="gzip"),
        "twice-packed.test": always(200, gzip.compress(_bomb(100)), content_encoding="gzip, gzip"),
        "brotli.test": always(200, b"\x1b\x03\x00", content_encoding="br"),
        "bad-gzip.test": always(200, feed(), content_encoding="gzip"),
        "html.test": always(200, HTML, content_type="text/html"),
        "charset.test": always(200, CAFE, content_type="application/rss+xml; charset=utf-8"),
        "truncated.test": always(200, feed(3, host="truncated.test")[:-150]),
        "broken-off.test": lambda _: [
            answer(200, content_length="5000") + feed(),
            b"connection: close",
        ],
        "large.test": lambda _: _large("content-length: 200000000\r\n", b"x" * 65536),
        "endless.test": lambda _: _large(
            "transfer-encoding: chunked\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"
        ),
        "headers.test": lambda _: web.trickle(
            b"HTTP/1.1 200 OK\r\n", b"x-more: " + b"y" * 65000 + b"\r\n", every_s=0.001
        ),
        "not-http.test": lambda _: [b"220 mail.test ESMTP\r\n", b"connection: close"],
        "refused.test": always(200, feed()),
        "tls.test": always(200, feed()),
        "beside-slow.test": always(200, feed(host="beside-slow.test")),
    }


def source_of(host: str) -> str:
    """Return the address of a fault's feed."""
    return f"{'https' if host == 'tls.test' else 'http'}://{host}/feed"


@cache
def _bomb(megabytes: int) -> bytes:
    """So many megabytes of blanks, each in a kilobyte."""
    packing = zlib.compressobj(9, wbits=31)
    return b"".join(
        [*(packing.compress(b" " * 1_000_000) for _ in range(megabytes)), packing.flush()]
    )


def _large(header: str, piece: bytes) -> Iterator[bytes]:
    yield f"HTTP/1.1 200 OK\r\n{header}\r\n".encode()
    for _ in range(200_000_000 // len(piece)):
        yield piece
