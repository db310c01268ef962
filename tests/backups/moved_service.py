"""A service that is stopped, whose database is put back, copied or moved, and that starts again."""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlmodel import Session, col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.models import Message
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.sender.sending import Sender
from newsletter.demo.inbox import Inbox
from newsletter.errors import NewsletterError
from newsletter.runtime import Runtime, open_runtime
from newsletter.senders import only_sender, send_letters
from newsletter.settings import Settings
from tests.samples.times import NOON


@dataclass
class Service:
    """The service on one database and one folder, started for each step and stopped after it."""

    settings: Settings
    inbox: Inbox
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    @contextmanager
    def started(self) -> Iterator[Runtime]:
        with open_runtime(self.settings, self.clock) as runtime:
            yield runtime

    def work(self) -> None:
        """Tick, then send what is due and the small letters, as `serve` does."""
        with self.started() as runtime:
            runtime.guard.beat()
            runtime.ticker().tick()
            with only_sender(runtime) as sender:
                assert sender is not None
                asyncio.run(_send(runtime, sender))

    def later(self, **step: float) -> None:
        self.clock.move_by(timedelta(**step))

    def received(self) -> Counter[str]:
        return Counter(letter.rcpt_to for letter in self.inbox.letters)

    def statuses(self) -> Counter[str]:
        with self.started() as runtime:
            return runtime.database.read(_statuses)

    def elsewhere(self, folder: Path) -> "Service":
        """The same database, worked on from another folder."""
        return replace(self, settings=replace(self.settings, journal_folder=str(folder)))


async def _send(runtime: Runtime, sender: Sender) -> None:
    for delivery in runtime.database.read(sending_deliveries):
        with _troubles():
            await sender.deliver(delivery.key)
    with _troubles():
        await send_letters(runtime)


@contextmanager
def _troubles() -> Iterator[None]:
    """What a lane logs and waits for."""
    try:
        yield
    except NewsletterError:
        return


def _statuses(session: Session) -> Counter[str]:
    return Counter(session.exec(select(Message.status).order_by(col(Message.id))))


class Backup:
    """A copy of a database as an operator makes it: of the file, or of all rows."""

    def __init__(self, url: str) -> None:
        self._url = url
        if url.startswith("sqlite"):
            self._file = Path(url.removeprefix("sqlite:///"))
            self._copy = self._file.with_suffix(f".{os.urandom(4).hex()}")
            Database(url).close()
            shutil.copy(self._file, self._copy)
        else:
            self._name = f"backup_{os.urandom(4).hex()}"
            self._copy_rows(url.rsplit("/", 1)[1], self._name)

    def put_back(self) -> None:
        if self._url.startswith("sqlite"):
            for beside in ("-wal", "-shm"):
                Path(f"{self._file}{beside}").unlink(missing_ok=True)
            shutil.copy(self._copy, self._file)
        else:
            name = self._url.rsplit("/", 1)[1]
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")
            self._copy_rows(self._name, name)

    def remove(self) -> None:
        if not self._url.startswith("sqlite"):
            self._admin(f"DROP DATABASE {self._name} WITH (FORCE)")

    def _copy_rows(self, source: str, target: str) -> None:
        self._admin(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"
        )
        self._admin(f"CREATE DATABASE {target} TEMPLATE {source}")

    def _admin(self, statement: str) -> None:
        engine = create_engine(
            self._url.rsplit("/", 1)[0] + "/postgres", isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
