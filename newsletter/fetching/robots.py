"""What a host allows robots to read (robots.txt, RFC 9309), asked once in a gathering. The only home of protego."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

PRODUCT = "newsletter"  # the product that a group of rules can name
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so many are read
Ask = Callable[[str], Awaitable[tuple[int | None, bytes]]]


class Robots:
    """The rules by host. `ask` fetches one robots.txt: its status, or None if there was no answer, and its bytes."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._rules: dict[str, Protego | None] = {}  # None: nothing may be read
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def allow(self, url: str) -> bool:
        """True if a robot may read `url`: a host without rules allows all, one that cannot be asked allows nothing (2.3.1)."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._asking[origin]:
            if origin not in self._rules:
                self._rules[origin] = read_rules(*await self._ask(f"{origin}/robots.txt"))
        rules = self._rules[origin]
        return rules is not None and rules.can_fetch(url, PRODUCT)


def read_rules(status: int | None, body: bytes) -> Protego | None:
    """Return the rules of an answer; None if nothing may be read. Too many requests (429) is no leave to make more."""
    if status is None or status == 429 or status >= 500:
        return None
    return Protego.parse(body[:MOST_BYTES].decode("utf-8", "replace") if status == 200 else "")
