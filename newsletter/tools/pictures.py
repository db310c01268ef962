"""Pictures that a person names: fetched before their address is kept, while the person waits."""

import asyncio
from dataclasses import replace

from newsletter.fetching.failures import FetchFailed
from newsletter.fetching.fetcher import open_fetcher
from newsletter.fetching.limits import Limits
from newsletter.formats.pages.images import SMALLEST, Picture, is_enough, read_picture

WAIT_S = 4.0  # a form is not held up for longer
NOT_SHOWN = (
    f"That picture does not load, is under {SMALLEST} pixels a side, or is no JPEG, PNG or GIF, "
    "which is what mail programs show. Give another one, or leave it empty."
)


def find_picture(url: str, limits: Limits) -> Picture | None:
    """Return the picture at an address with its size.

    None if it does not load within four seconds, or cannot be shown.
    """
    patience = replace(limits, connect_s=WAIT_S, silence_s=WAIT_S, timeout_s=WAIT_S)
    return asyncio.run(_fetch_picture(url, patience))


async def _fetch_picture(url: str, limits: Limits) -> Picture | None:
    async with open_fetcher(limits) as fetcher:
        try:
            return read_picture(url, await fetcher.fetch_start(url, is_enough))
        except FetchFailed:
            return None
