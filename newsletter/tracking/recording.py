"""Recording: events go through a bounded buffer to one writer.

The writer stores in one transaction what has come since its last look. An event is answered when it
is in the buffer. While the buffer is full nothing is answered, so that what is answered is never
more than can be stored. `close` stores what is left: it is called when the process was told to end.
"""

import hashlib
import ipaddress
import threading
import time
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from newsletter.database import Database
from newsletter.tracking.models import Event

MOST = 20_000  # events in the buffer
GROUP = 5_000  # events of one transaction
PAUSE_S = 0.05  # between two looks: one transaction costs as much as some hundred events
HOUSEHOLD_BITS = 56  # a customer's part of IPv6 (RFC 6177)
AGAIN_S = 0.5  # after a transaction that failed


class NewEvent(NamedTuple):
    """An event that is not stored yet."""

    edition_id: int
    link: int
    message_id: int
    visitor: int
    sign: str
    at: datetime
    network: int = 0


class Recorder:
    """The buffer and its writer, a thread that begins with the first event.

    Each process that answers clicks has one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[NewEvent] = []
        self._changed = threading.Condition()
        self._is_closing = False
        self._writer: threading.Thread | None = None
        self.stored = 0

    def take(self, event: NewEvent) -> bool:
        """Put an event into the buffer; False if it is full or closed."""
        # Called for each click, several thousand times a second: nothing more belongs in here.
        with self._changed:
            if self._is_closing or len(self._waiting) >= MOST:
                return False
            self._waiting.append(event)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="events", daemon=True)
                self._writer.start()
            # The writer waits for the first only. More of them wake it when its pause is over.
            if len(self._waiting) == 1:
                self._changed.notify_all()
        return True

    def flush(self) -> None:
        """Return when everything taken so far is stored."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting)

    def close(self) -> None:
        """Take nothing more, store what is left and end the writer."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._writer is not None:
            self._writer.join()

    def _write(self) -> None:
        """Store group after group until the recorder is closed and all is stored."""
        while group := self._next_group():
            if self._store(group):
                self._make_room(len(group))
            else:
                time.sleep(AGAIN_S)

    def _next_group(self) -> Sequence[NewEvent]:
        """Wait for events; none if the recorder is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closing)
            return self._waiting[:GROUP]

    def _store(self, group: Sequence[NewEvent]) -> bool:
        """Store a group; False if the database does not take it now."""
        try:
            self._database.write(store_events, group)
        except OperationalError:
            return False
        self.stored += len(group)
        return True

    def _make_room(self, count: int) -> None:
        """Take the oldest events out, and wait for the next look."""
        with self._changed:
            # Only now: what is not stored yet keeps its place, and `flush` waits for it.
            del self._waiting[:count]
            self._changed.notify_all()
            self._changed.wait_for(self._is_urgent, PAUSE_S)

    def _is_urgent(self) -> bool:
        """True if the next look must not wait for its pause."""
        return self._is_closing or len(self._waiting) >= GROUP


def store_events(session: Session, events: Sequence[NewEvent]) -> None:
    """Write events."""
    session.connection().execute(insert(Event), [event._asdict() for event in events])


def visitor_of(
    secret: str,
    day: date,
    network: str,
    agent: bytes,
) -> int:
    """Return a number for a network and a program on one day, so that neither is kept."""
    return _number(network.encode() + b"\0" + agent, _key(secret, day))


@lru_cache(4096)
def network_of(secret: str, day: date, address: str) -> int:
    """Return a number for the network of an IP address on one day; 0 if the address is none.

    A network is an address of IPv4. Of IPv6 it is a /56: who has one address of it has them all.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return 0
    length = 32 if ip.version == 4 else HOUSEHOLD_BITS
    network = ipaddress.ip_network((ip.packed, length), strict=False)
    return _number(network.network_address.packed, _key(secret, day))


def _number(message: bytes, key: bytes) -> int:
    """Return 63 bits of a keyed hash: a column of integers has a sign."""
    digest = hashlib.blake2b(message, digest_size=8, key=key).digest()
    return int.from_bytes(digest) >> 1


@lru_cache(4)
def _key(secret: str, day: date) -> bytes:
    """Return the key of one day."""
    return hashlib.sha256(f"newsletter visitor\0{day}\0{secret}".encode()).digest()
