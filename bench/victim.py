"""The sender that bench.kill strikes: it settles the past, then sends.

--mutant breaks its ledger on purpose in one place.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
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


def main(args: argparse.Namespace) -> None:
    """Settle, send, and end when nothing is due."""
    database = Database(args.database)
    clock = SetClock(NOW + timedelta(minutes=1))
    if args.mutant == "unsynced":
        event.listen(database.engine, "connect", _unsync(database.is_sqlite))
    uncertain = _settle_past(args, database, clock.now())
    with args.uncertain.open("a") as counts:
        counts.write(f"{uncertain}\n")
    if args.mutant == "buffered":
        journal.Journal = BufferedJournal  # type: ignore[misc]
    if args.mutant == "early":
        sending.JournaledBooks = EarlyBooks  # type: ignore[misc]
    sender = sending.Sender(
        database,
        Relays(read_relay_url(f"smtp+plain://127.0.0.1:{args.port}"), args.connections),
        Stationery(Signer("a secret of the bench"), Urls("https://news.example")),
        clock=clock,
        new_journal=lambda: journal.begin(args.journals),
    )
    print("sending", flush=True)
    running.run_loop(sender.deliver(1))


def _settle_past(args: argparse.Namespace, database: Database, now: datetime) -> int:
    """Settle what struck senders left; returns how many messages are uncertain by that."""
    home = "" if database.is_sqlite else journal.home_of(args.journals)
    with journal.dead_journals(args.journals) as dead:
        if args.mutant == "unlinked":
            for path in args.journals.glob("*.journal"):
                path.unlink()
        return database.write(
            _settle, dead, home, lambda: journal.journal_names(args.journals), now
        )


def _settle(
    session: Session,
    dead: Sequence[DeadJournal],
    home: str,
    present: Callable[[], frozenset[str]],
    now: datetime,
) -> int:
    uncertain = settle_dead_senders(session, dead, home, present, now)
    if dead:
        print("settling", flush=True)
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--journals", type=Path, required=True)
    parser.add_argument("--uncertain", type=Path, required=True)
    parser.add_argument("--mutant", choices=MUTANTS)
    main(parser.parse_args())
