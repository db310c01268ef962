"""One fault's place: a database, relays with bad manners, real processes, and what was seen."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from bench.breakdown import staging
from bench.breakdown.judging import Report, Words, read_statuses
from bench.breakdown.words import ask_command, ask_desk, ask_health
from bench.places import ROOT, Server, free_port
from newsletter.database import Database
from newsletter.delivery.models import Delivery
from newsletter.settings import Settings
from tests.doubles.relay import Manners, Relay

SECRET = "a secret of the bench"  # noqa: S105
CONNECTIONS = 4
START_S = 120.0  # a process may take so long to begin on a busy machine
DONE_S = 120.0  # a delivery may take so long once nothing is wrong any more
LOOK_S = 0.05
END_S = 100.0
LONGEST_S = 90.0  # then nobody waits for the next letter any more


class InVain(Exception):
    """Something was waited for that did not come."""


@dataclass
class Scene:
    """The place of one fault. `url` is of a database that is upgraded and empty."""

    url: str
    folder: Path
    report: Report
    server: Server | None = None  # PostgreSQL
    disk: Path = Path()  # a small one: the database's, or the journals', by the fault
    mutant: str = ""
    relay_routes: str = ""
    journal_folder: Path | None = None
    program: list[str] = field(default_factory=list)  # options of bench.breakdown.program
    relays: list[Relay] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    deliveries: list[int] = field(default_factory=list)
    patience_s: float = float("inf")  # nothing is waited for longer
    waiting: int = 0  # so many messages may wait for a later attempt at the end

    def __post_init__(self) -> None:
        self.port = free_port()
        self.database = Database(self.url)
        self.closing = ExitStack()
        self.closing.callback(self.database.close)
        self.cookie = ""  # of the editor who looks at the desk

    @property
    def is_sqlite(self) -> bool:
        return self.database.is_sqlite

    @property
    def journals(self) -> Path:
        return self.journal_folder or self.folder / "journals"

    # what is there

    def add_relay(self, manners: Manners | None = None) -> Relay:
        """Start a relay; the first one is the usual one of all deliveries."""
        relay = Relay(manners or Manners())
        relay.start()
        self.closing.callback(relay.stop)
        self.relays.append(relay)
        return relay

    @property
    def relay(self) -> Relay:
        return self.relays[0]

    def deliver(
        self,
        readers: int,
        rate: float = 0.0,
        domain: str = "readers.example",
        at: datetime | None = None,
    ) -> int:
        """Plan a delivery to so many readers of that domain; returns its id."""
        key = self.open(readers, rate, domain)
        delivery_id = self.database.write(staging.send, key, at or datetime.now(UTC))
        self.deliveries.append(delivery_id)
        return delivery_id

    def open(self, readers: int, rate: float = 0.0, domain: str = "readers.example") -> int:
        """Open a publication with so many readers of that domain; returns its id."""
        now = datetime.now(UTC)
        if not self.cookie:
            self.cookie = self.database.write(staging.log_in, SECRET, now)
        key = self.database.write(staging.open_staged, domain, rate, now)
        addresses = [f"reader{number}@{domain}" for number in range(readers)]
        self.database.write(staging.subscribe, key, addresses, now)
        return key

    # processes

    @property
    def environment(self) -> dict[str, str]:
        settings = Settings(
            database_url=self.url,
            public_url=self.base,
            secret=SECRET,
            relay_url=self.relay.url,
            relay_routes=self.relay_routes,
            relay_connections=CONNECTIONS,
            journal_folder=str(self.journals),
            port=self.port,
            allow_private_sources=True,
        )
        return os.environ | settings.as_environment() | {"PYTHONPATH": str(ROOT)}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command of newsletter; what it logs is in a file of the scene's folder."""
        options = [*self.program, *(["--mutant", self.mutant] if self.mutant else [])]
        module = ["bench.breakdown.program", *options, "--"] if options else ["newsletter"]
        log = self.folder / f"{len(self.processes)}-{words[0]}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *module, *words],
                env=self.environment,
                cwd=self.folder,
                stdout=output,
                stderr=output,
            )
        self.processes.append(process)
        return process

    def serve(self) -> None:
        """Start the service, and wait until its pages answer."""
        self.start("serve")
        self.until(lambda: "no answer" not in ask_health(self.base), START_S, "the pages")

    def run(self, *words: str) -> None:
        """Run a command to its end."""
        process = self.start(*words)
        if process.wait(START_S):
            raise InVain(f"newsletter {' '.join(words)} ended with {process.returncode}")

    def end(self) -> None:
        """End all processes in order: who does not end is killed, and that falls short."""
        living = [process for process in self.processes if process.poll() is None]
        for process in living:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in living:
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.report.require(False, "a process did not end when it was told to")

    # waiting

    def until(self, look: Callable[[], bool], at_most_s: float, what: str) -> None:
        """Wait for something to be so. Raises InVain."""
        wait_s = min(at_most_s, self.patience_s)
        end = time.monotonic() + wait_s
        while not look():
            if time.monotonic() > end:
                raise InVain(f"waited {wait_s:.0f} s in vain for {what}")
            time.sleep(LOOK_S)

    @property
    def letters(self) -> int:
        return sum(len(relay.log) for relay in self.relays)

    def wait_for_letters(self, letters: int, relay: Relay | None = None) -> None:
        """Wait until the relays, or one of them, took so many letters."""
        log = relay.log if relay else None
        self.until(
            lambda: (self.letters if log is None else len(log)) >= letters,
            START_S,
            f"{letters} letters",
        )

    # the cause

    def hold(self, seconds: float, *, says: bool = True) -> None:
        """Let what is wrong go on for so long, and ask meanwhile what is said of it.

        `says` requires that the command line, the desk and /health say something.
        """
        until = time.monotonic() + seconds
        if says:
            self._ask_until(until)
        while time.monotonic() < until:
            time.sleep(LOOK_S)

    def _ask_until(self, until: float) -> None:
        """Ask what is wrong until all three say it, or it is time."""
        words = self.report.words
        began = time.monotonic()
        while words.silent and time.monotonic() < until:
            self.ask_pages(words)
            if words.desk and not words.command:
                words.command = ask_command(self.environment, self.folder)
            time.sleep(LOOK_S)
        self.ask_pages(words)
        words.command = words.command or ask_command(self.environment, self.folder)
        for name in words.silent:
            self.report.require(False, f"{name} said nothing")
        if not words.silent:
            self.report.notes.append(f"said after {time.monotonic() - began:.0f} s")

    def ask_pages(self, words: Words) -> None:
        """Ask the desk and /health, if they have said nothing yet."""
        words.health = words.health or ask_health(self.base)
        words.desk = words.desk or ask_desk(self.base, self.cookie, 1)

    def goes_on(self, order: Sequence[str] = ()) -> None:
        """The cause has ended now: wait for the next letter, and note how long that took.

        A person gives the `order` of newsletter first, if it needs one.
        """
        began = time.monotonic()
        letters = self.letters
        if order:
            self.run(*order)
        self.until(lambda: self.letters > letters, LONGEST_S, "the next letter")
        self.report.went_on_s.append(time.monotonic() - began)

    # the end

    def finish(self, at_most_s: float = DONE_S) -> None:
        """Wait until all deliveries are finished."""
        self.until(self._are_finished, at_most_s, "the end of the delivery")

    def _are_finished(self) -> bool:
        return set(self.read_deliveries().values()) == {"finished"}

    def read_deliveries(self) -> dict[int, str]:
        """Return the status of each delivery; nothing while the database does not answer."""
        try:
            return self.database.read(_deliveries)
        except SQLAlchemyError:
            return {}

    def statuses(self) -> dict[str, str]:
        """Return what the rows say, by address."""
        return self.database.read(read_statuses)

    def log(self) -> Sequence[str]:
        """Return whom the relays took letters for."""
        return [address for relay in self.relays for address in relay.log]


def _deliveries(session: Session) -> dict[int, str]:
    rows = session.exec(select(Delivery.id, Delivery.status)).all()
    return {key: status for key, status in rows if key}
