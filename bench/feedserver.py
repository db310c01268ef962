"""200 hosts on loopback, each with a feed of twenty items in 40 KB, answering after 200 ms.

python -m bench.feedserver PORT HOSTS LATENCY_MS runs it in a process of its own. GET /next makes
every feed another one; GET /counts gives requests and body bytes.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

ITEMS = 20
WORDS = "Every story has its own words and goes on for a while before it ends. "


def hosts(count: int) -> Sequence[str]:
    """Return so many addresses of 127.0.0.0/8, each a host of its own."""
    return [f"127.0.{1 + n // 200}.{1 + n % 200}" for n in range(count)]


def feed(host: str, edition: int) -> bytes:
    """An RSS document of about 40 KB: titles, deks, whole bodies, dates, all its own."""
    items = "".join(_item(host, edition, number) for number in range(ITEMS))
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    head = f'{declaration}<rss version="2.0" {space}><channel><title>{host}</title>'
    return f"{head}{items}</channel></rss>".encode()


def _item(host: str, edition: int, number: int) -> str:
    dek = (
        f"What story {number} of {host} is about, in one sentence. "
        "And why it matters, in another one."
    )
    return (
        f"<item><title>Story {number} of edition {edition} at {host}</title>"
        f"<link>http://{host}/{edition}/{number}</link>"
        f"<guid>{host}-{edition}-{number}</guid>"
        f"<author>writer@{host} (A Writer)</author><category>Models</category>"
        f"<description>{dek}</description>"
        f"<content:encoded><![CDATA[<p>{WORDS * 23}</p>]]></content:encoded>"
        f"<pubDate>Mon, 11 May 2026 {number:02}:{edition % 60:02}:00 +0000</pubDate></item>"
    )


class Server:
    """What it served, and which edition the feeds have."""

    def __init__(self, latency_s: float) -> None:
        self.latency_s = latency_s
        self.edition = 1
        self.requests = 0
        self.body_bytes = 0
        self._made: dict[tuple[str, int], bytes] = {}

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after another."""
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(await self._answer(host, head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, host: str, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1]
        if path == b"/counts":
            return _whole(
                json.dumps({"requests": self.requests, "body_bytes": self.body_bytes}).encode()
            )
        if path == b"/next":
            self.edition += 1
            self._made.clear()
            return _whole(b"")
        await asyncio.sleep(self.latency_s)
        self.requests += 1
        tag = f'"{self.edition}"'
        if f"if-none-match: {tag}" in head.decode("latin-1").lower():
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        body = self._made.setdefault((host, self.edition), feed(host, self.edition))
        self.body_bytes += len(body)
        return _whole(body, f"ETag: {tag}\r\nContent-Type: application/rss+xml\r\n")


def _whole(body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def serve(port: int, count: int, latency_s: float) -> None:
    """Serve until the process is ended."""
    server = Server(latency_s)
    async with await asyncio.start_server(
        server.talk, ["127.0.0.1", *hosts(count)], port
    ) as listening:
        print("ready", flush=True)
        await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000))
