"""The sender that bench.kill strikes: it settles the past, then sends.

A mutant's ledger is broken on purpose in one place.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session

from bench.places import NOW
from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.sender import journal, running, sending
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.bookkeeping import JournaledBooks
from newsletter.delivery.sender.journal import INTENT, OUTCOME, DeadJournal, Journal, pack_record
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays
from newsletter.tokens import Signer
from newsletter.urls import Urls

MUTANTS = ("buffered", "early", "unlinked", "unsynced")
PAUSE_S = 0.1  # before the commit of what was settled, so that strikes hit there too
BUFFER = 4096


class BufferedJournal(Journal):
    """Broken: records wait in this process before they are written."""

    def write(self, outcomes: Iterable[tuple[int, int]], intents: Iterable[int]) -> None:
        """Keep the records; write them in larger pieces, and never sync."""
        records = [pack_record(OUTCOME, code, key) for key, code in outcomes]
        records += [pack_record(INTENT, 0, key) for key in intents]
        self._kept = getattr(self, "_kept", b"") + b"".join(records)
        if len(self._kept) > BUFFER:
            os.write(self._file, self._kept)
            self._kept = b""


class EarlyBooks(JournaledBooks):
    """Broken: a letter counts as accepted when its dot leaves, before the relay's reply."""

    async def write_ahead(
        self, outcomes: Sequence[tuple[int, int]], intents: Sequence[int]
    ) -> None:
        """Note intents and, at once, their outcomes."""
        await super().write_ahead(outcomes, intents)
        await super().write_ahead([(key, 250) for key in intents], [])


@dataclass(frozen=True, slots=True)
class Orders:
    """What a sender is told; `uncertain` is a file to which it adds how many it found."""

    database: str
    port: int
    connections: int
    journals: Path
    uncertain: Path
    mutant: str = ""


def send(orders: Orders, speaks: Connection) -> None:
    """Settle, send, and end when nothing is due; say through `speaks` which of both it does."""
    database = Database(orders.database)
    clock = SetClock(NOW + timedelta(minutes=1))
    if orders.mutant == "unsynced":
        event.listen(database.engine, "connect", _unsync(database.is_sqlite))
    uncertain = _settle_past(orders, database, clock.now(), speaks)
    with orders.uncertain.open("a") as counts:
        counts.write(f"{uncertain}\n")
    if orders.mutant == "buffered":
        journal.Journal = BufferedJournal  # type: ignore[misc]
    if orders.mutant == "early":
        sending.JournaledBooks = EarlyBooks  # type: ignore[misc]
    sender = sending.Sender(
        database,
        Relays(read_relay_url(f"smtp+plain://127.0.0.1:{orders.port}"), orders.connections),
        Stationery(Signer("a secret of the bench"), Urls("https://news.example")),
        clock=clock,
        new_journal=lambda: journal.begin(orders.journals),
    )
    speaks.send("sending")
    running.run_loop(sender.deliver(1))


def _settle_past(orders: Orders, database: Database, now: datetime, speaks: Connection) -> int:
    """Settle what struck senders left; returns how many messages are uncertain by that."""
    home = "" if database.is_sqlite else journal.home_of(orders.journals)
    with journal.dead_journals(orders.journals) as dead:
        if orders.mutant == "unlinked":
            for path in orders.journals.glob("*.journal"):
                path.unlink()
        return database.write(
            _settle, dead, home, lambda: journal.journal_names(orders.journals), now, speaks
        )


def _settle(
    session: Session,
    dead: Sequence[DeadJournal],
    home: str,
    present: Callable[[], frozenset[str]],
    now: datetime,
    speaks: Connection,
) -> int:
    uncertain = settle_dead_senders(session, dead, home, present, now)
    if dead:
        speaks.send("settling")
        time.sleep(PAUSE_S)
    return uncertain


def _unsync(is_sqlite: bool) -> Callable[[DBAPIConnection, object], None]:
    statement = "pragma synchronous=normal" if is_sqlite else "set synchronous_commit = off"

    def run(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        connection.commit()

    return run
