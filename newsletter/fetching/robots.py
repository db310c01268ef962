"""What a host allows robots to read (robots.txt, RFC 9309). The only home of protego."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

PRODUCT = "newsletter"  # the product that a group of rules can name
VERSION = "0.1"
MOST_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so many are read
Ask = Callable[[str], Awaitable[tuple[int | None, bytes]]]


class Robots:
    """The rules by host, asked for once in a gathering.

    `ask` fetches one robots.txt: its status, or None if there was no answer, and its bytes.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._rules: dict[str, Protego | None] = {}  # None: nothing may be read
        # Pages of one host come many at a time: the first asks, the others wait for its answer.
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def allow(self, url: str) -> bool:
        """True if a robot may read `url`.

        A host without rules allows all, one that cannot be asked allows nothing (2.3.1).
        """
        rules = await self._rules_of(_origin_of(url))
        return rules is not None and rules.can_fetch(url, PRODUCT)

    async def _rules_of(self, origin: str) -> Protego | None:
        """Return the rules of an origin, asked for once; None if nothing may be read."""
        async with self._locks[origin]:
            if origin not in self._rules:
                status, body = await self._ask(f"{origin}/robots.txt")
                self._rules[origin] = read_rules(status, body)
        return self._rules[origin]


def _origin_of(url: str) -> str:
    """Return the part of an address that shares one robots.txt."""
    parts = urlsplit(url)
    # Scheme and port count: rules are those of one origin only (2.3).
    return f"{parts.scheme}://{parts.netloc}"


def read_rules(status: int | None, body: bytes) -> Protego | None:
    """Return the rules of an answer; None if nothing may be read."""
    # RFC 9309 counts 429 among "no rules, all allowed", with 404. We do not: too many requests is
    # no leave to make more.
    if status is None or status == 429 or status >= 500:
        return None
    text = body[:MOST_BYTES].decode("utf-8", "replace") if status == 200 else ""
    return Protego.parse(text)


def user_agent(contact: str) -> str:
    """Return the name that hosts see."""
    # RFC 9110, 10.1.5: a robot's user agent says how to reach whoever runs it.
    product = f"{PRODUCT}/{VERSION}"
    return f"{product} (+{contact})" if contact else product
