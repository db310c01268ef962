"""One fetch, from the outside."""

import asyncio

from newsletter.fetching.connecting import Guard
from newsletter.fetching.fetcher import Fetched, open_fetcher
from newsletter.fetching.limits import Limits

LOCAL = Limits(allow_private=True, contact="https://letters.example")


def fetched(url: str, limits: Limits = LOCAL, guard: Guard | None = None) -> Fetched:
    """Return what one fetch brings; raises what it raises."""

    async def fetch() -> Fetched:
        async with open_fetcher(limits, guard) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(fetch())
