"""Look-ups: what a person waits for while we ask another site. Few run at a time.

Each holds a thread until that site answers. Without places, forty forms that name a silent site
would hold all threads of the pages.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from newsletter.errors import Unavailable

OF_STRANGERS = 4  # at a time
OF_EDITORS = 6


class TooManyLookUps(Unavailable):
    """We are looking at several other sites at this moment. Nothing was done. Send this again in a
    minute."""


@dataclass
class LookUpPlaces:
    """So many places for look-ups."""

    most: int
    _free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.Semaphore(self.most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place for as long as the block lasts. Raises TooManyLookUps."""
        # Nobody waits for a place: who waits holds a thread as well.
        if not self._free.acquire(blocking=False):
            raise TooManyLookUps
        try:
            yield
        finally:
            self._free.release()


@dataclass(frozen=True)
class LookUps:
    """The places of this process. Strangers never take those of editors."""

    strangers: LookUpPlaces = field(default_factory=lambda: LookUpPlaces(OF_STRANGERS))
    editors: LookUpPlaces = field(default_factory=lambda: LookUpPlaces(OF_EDITORS))


async def look_ups_of(request: Request) -> LookUps:
    """The places of the application."""
    return cast(LookUps, request.app.state.look_ups)


LookUpsDep = Annotated[LookUps, Depends(look_ups_of)]
