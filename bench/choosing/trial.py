"""A publication that lives for one run: gather, propose and send, at a clock that is set."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.demo import feeds
from newsletter.fetching.limits import Limits
from newsletter.gathering import sources
from newsletter.gathering.gather import gather
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.models import Issue
from newsletter.issues.proposing import propose
from newsletter.migrations.running import upgrade
from newsletter.publications.opening import open_publication


class Trial:
    """A publication in a passing database, its feeds served from files on loopback."""

    def __init__(self, database: Database, clock: SetClock) -> None:
        self.database = database
        self.clock = clock
        publication = database.write(
            open_publication,
            name="Trial",
            sender_address="a@b.example",
            cadence="Monday 09:00 UTC",
        )
        self.key = publication.key

    def gather(self, documents: Mapping[str, bytes], *, cut: bool) -> None:
        """Serve these documents by name, and read them.

        `cut` leaves out what is dated after the clock's time.
        """
        bodies: dict[str, feeds.Body] = {
            f"/{name}": (lambda at, body=body: feeds.as_of(body, at) if cut else body)
            for name, body in documents.items()
        }
        with feeds.serving(bodies, self.clock) as address:
            self.database.write(self._point_sources_to, address, documents)
            gather(self.database, self.key, self.clock, Limits(allow_private=True))

    def propose(self, due_at: datetime | None = None) -> tuple[Issue, float]:
        """Propose an issue, due now if no time is given; return it with the seconds it took."""
        now = self.clock.now()
        due_at = due_at or now
        began = time.perf_counter()
        issue = self.database.write(
            propose,
            self.key,
            period=due_at.isoformat(),
            due_at=due_at,
            now=now,
        )
        return issue, time.perf_counter() - began

    def send(self, issue: Issue) -> None:
        """Approve an issue and mark it as sent."""

        def approve_and_send(session: Session) -> None:
            approval.approve(session, issue.key, "bench", by="bench", now=self.clock.now())
            approval.mark_sent(session, issue.key, self.clock.now())

        self.database.write(approve_and_send)

    def _point_sources_to(self, session: Session, address: str, names: Iterable[str]) -> None:
        """Let each source be read from this server, whose port is another each time."""
        known = {Path(source.url).name: source for source in sources.all_sources(session, self.key)}
        for name in names:
            if name in known:
                known[name].url = f"{address}/{name}"
                known[name].due_at = None
            else:
                sources.add(session, self.key, NewSource(f"{address}/{name}"))


@contextmanager
def trial(at: datetime) -> Iterator[Trial]:
    """Yield a new trial, whose database is thrown away at the end."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/trial.sqlite3"
        upgrade(url)
        database = Database(url)
        yield Trial(database, SetClock(at))
        database.close()
