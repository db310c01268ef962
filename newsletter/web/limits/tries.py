"""Tries of the relay: an editor may make some in ten minutes, so that nobody sends mail by them."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, cast

from fastapi import Depends, Request

from newsletter.errors import Refused

MOST = 5
SPAN = timedelta(minutes=10)


class TooManyTries(Refused):
    """The relay was tried five times in ten minutes. Wait some minutes, then try it again."""


@dataclass
class RelayTries:
    """When each editor tried the relay, in this process."""

    _times: dict[int, list[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, editor_id: int, now: datetime) -> None:
        """Count a try. Raises TooManyTries."""
        with self._lock:
            recent = [at for at in self._times.get(editor_id, ()) if now - at < SPAN]
            if len(recent) >= MOST:
                raise TooManyTries
            self._times[editor_id] = [*recent, now]


async def relay_tries_of(request: Request) -> RelayTries:
    """The tries of the application."""
    return cast(RelayTries, request.app.state.relay_tries)


RelayTriesDep = Annotated[RelayTries, Depends(relay_tries_of)]
