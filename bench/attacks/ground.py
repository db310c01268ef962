"""Where an attack is played: a new installation of one publication, which serves on loopback."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.world import World, world

START = datetime(2026, 6, 1, 9, tzinfo=UTC)  # a Monday
DEADLINE = datetime(2026, 6, 16, 7, tzinfo=UTC)  # of the second issue with news
ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]  # by their names in small letters
    body: bytes

    @property
    def text(self) -> str:
        """The body, as text."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Ground:
    """A service that is attacked: its world, its database, a folder for the attacker's files."""

    world: World
    database_url: str
    folder: Path

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens: host and port."""
        parts = urlsplit(self.world.runtime.settings.public_url)
        return str(parts.hostname), int(parts.port or 80)

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection of its own; nothing is sent yet."""
        return http.client.HTTPConnection(*self.address, timeout=ANSWER_S)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request as it is, follow nothing, and return the answer. Raises OSError."""
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())
        finally:
            connection.close()


@contextmanager
def ground(folder: Path, database_url: str) -> Iterator[Ground]:
    """Serve a new installation on an empty database, and end it afterwards."""
    with world(database_url, start=START, second_deadline=DEADLINE) as service:
        yield Ground(service, database_url, folder)
