"""The guard: looks whether host and database agree, counts in both, and stops who disagrees."""

import fcntl
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy import ColumnElement, case, or_
from sqlmodel import Session, col, func, select, update

from newsletter.clock import Clock
from newsletter.database import Database, after_commit
from newsletter.errors import Conflict, Unavailable
from newsletter.host.beats import FRESH
from newsletter.host.issue_log import IssueLog, LettersLog, NoLog
from newsletter.host.memory import Memory
from newsletter.host.models import Host
from newsletter.host.parts import begin_part
from newsletter.host.private import make_folder
from newsletter.host.sent_log import SentLog
from newsletter.host.standing import Reason, Standing, judge

log = logging.getLogger(__name__)
BEAT_S = 5.0
COPY = "a copy"  # the row that stands for where a database was copied from; no folder is called so
PATIENCE_S = 2 * BEAT_S  # in which a host that lives has counted
LOOK_S = 0.1


class DatabaseDisagrees(Conflict):
    """This host remembers another database. Nothing is sent until a person adopts this one."""

    hint = "`newsletter adopt` says that this database is the one."


class HostForgets(Unavailable):
    """This host's memory cannot be written. Make room on the disk of journal_folder."""


class FolderGone(Unavailable):
    """The folder of this host's journals is gone. Nothing is sent until it is back."""


class SendersGuard(Protocol):
    """What senders and the schedule ask before they work."""

    def require(self) -> None:
        """Raise DatabaseDisagrees if host and database disagree."""

    def issue_log(self, issue_id: int) -> LettersLog:
        """Return where the letters of an issue are noted."""


class NoGuard:
    """Agrees always: for a measure or a test, whose database nobody puts back."""

    def require(self) -> None:
        """Agree."""

    def issue_log(self, issue_id: int) -> LettersLog:
        """Return a log that notes nothing."""
        return NoLog()


NO_GUARD = NoGuard()


class HostGuard:
    """What one process knows of its host.

    Every look at work asks it; every claim counts in it. The database counts first, then the
    folder: so a database that was put back always counts less than the folder.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: Path,
        name: Callable[[], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._name = name
        self._memory = Memory(folder)
        self.sent = SentLog(folder / "sent")
        self._seen: dict[str, int] = {}  # the counters of other hosts at our first look
        self._last = Standing()
        self._came_at = time.monotonic()
        self._known = ""  # our name, once it was read in a folder that remembers

    @property
    def name(self) -> str:
        """The name of our journal folder. Raises FolderGone."""
        if self._is_gone:  # else another folder would be made in its place
            raise FolderGone
        return self._name()

    @property
    def _is_gone(self) -> bool:
        """True if our folder was there and is not any more, as a disk that is not mounted."""
        return bool(self._known) and not (self._folder / "home").exists()

    @property
    def memory(self) -> Memory:
        """What our folder remembers."""
        return self._memory

    def look(self) -> Standing:
        """Compare, and join a database that is new to us or in use by others.

        What disagrees is noted in the database, so that its pages can say it.
        """
        standing = self._judge()
        if standing.reason == "unknown" and self._may_join_soon():
            return standing
        if standing.reason == "gone":
            self._note_gone(standing)
        elif standing.is_new or standing.reason != self._last.reason:
            # One process of a host at a time: else two of them would join, or note, at once.
            with self._memory.locked():
                standing = self._judge()
                self._join_or_note(standing)
        if standing.why and standing.reason != self._last.reason:
            log.warning("%s", standing.why)
        self._last = standing
        return standing

    def standing(self) -> Standing:
        """Return how things are for pages: nothing is joined or noted.

        A host without a memory of its own shows what the others have noted.
        """
        if self._memory.read() is not None:
            return self._judge()
        return noted_standing(self._database.read(read_hosts), self._clock.now())

    def arrive(self, is_over: Callable[[], bool]) -> None:
        """Wait until this host has joined others that live, if it may: it then says nothing."""
        while not is_over() and self.look().reason == "unknown" and self._may_join_soon():
            time.sleep(LOOK_S)

    def require(self) -> None:
        """Look; raises DatabaseDisagrees."""
        standing = self.look()
        if not standing.agrees:
            raise DatabaseDisagrees(standing.why)

    def count(self, session: Session) -> None:
        """Count a claim in its own transaction, and in the folder when that is committed.

        Raises DatabaseDisagrees if the database was put back since our last look.
        """
        now = self._clock.now()
        own = update(Host).where(col(Host.name) == self.name)
        # who counts agrees, whatever was noted before
        counted = own.values(
            counter=col(Host.counter) + 1,
            beat_at=now,
            alive_since=case((_was_silent(now), now), else_=col(Host.alive_since)),
            disagrees="",
        )
        counter = session.exec(counted.returning(col(Host.counter))).scalar_one_or_none()
        # Our row is locked now: nobody of this host can have counted further than it.
        memory = self._memory.read()
        if counter is None or memory is None or counter <= memory.counter:
            raise DatabaseDisagrees
        after_commit(session, self._remember, counter)

    def adopt(self, session: Session, now: datetime, *, without_others: bool = False) -> None:
        """Agree from now on, by a person's word; the folder hears it after the commit."""
        if without_others:
            session.exec(update(Host).where(col(Host.disagrees) != "").values(disagrees=""))
        own = _row(session, self.name, now)
        remembered = self._memory.read()
        own.counter = max(own.counter, remembered.counter if remembered else 0) + 1
        own.disagrees = ""
        own.adopted_at = now
        after_commit(session, self._memory.settle_here, own.counter)

    def begin_again(self) -> None:
        """Give a copied folder a name of its own. The journals in it are the other host's."""
        (self._folder / "home").unlink(missing_ok=True)
        for path in self._folder.glob("*.journal"):
            _remove_unless_held(path)
        self._known = ""

    def beat(self) -> None:
        """Show that we live, if we agree."""
        if self.look().agrees:
            self._database.write(self.count)

    @contextmanager
    def beating(self) -> Iterator[threading.Thread]:
        """Beat in a thread until the block ends."""
        over = threading.Event()
        thread = begin_part("beat", lambda: self._beat_on(over))
        try:
            yield thread
        finally:
            over.set()
            thread.join(timeout=BEAT_S)

    def issue_log(self, issue_id: int) -> IssueLog:
        """Return where the letters of an issue are noted."""
        return IssueLog(self.sent, issue_id, self.count)

    def _remember(self, counter: int) -> None:
        try:
            self._memory.raise_to(counter)
        except OSError as error:
            raise HostForgets(f"{HostForgets.__doc__} ({error.strerror})") from error

    def _beat_on(self, over: threading.Event) -> None:
        while not over.is_set():
            try:
                self.beat()
            except Exception:
                # a database that restarts, a full disk: those who work say it, and we go on
                log.warning("A beat of this host failed", exc_info=True)
            over.wait(BEAT_S)

    def _judge(self) -> Standing:
        if self._is_gone:
            return Standing("gone")
        name = self.name
        # The folder is read first: the database may count on in between, and never the other way.
        memory = self._memory.read()
        if memory is not None:
            self._known = name
        hosts = self._database.read(read_hosts)
        return judge(
            name,
            self._memory.place(),
            memory,
            hosts,
            others_live=self._have_counted(hosts, name),
        )

    def _may_join_soon(self) -> bool:
        """True if others seem to live, and had no time yet to show that they do."""
        if time.monotonic() - self._came_at > PATIENCE_S:
            return False
        return _is_one_alive(self._database.read(read_hosts), self._clock.now())

    def _have_counted(self, hosts: Sequence[Host], name: str) -> bool:
        """True if another host that agrees has counted since our first look at it."""
        others = [host for host in hosts if host.name != name and not host.disagrees]
        return any(host.counter > self._seen.setdefault(host.name, host.counter) for host in others)

    def _note_gone(self, standing: Standing) -> None:
        """Note in the database, once, that our folder is gone: its pages say it."""
        if self._last.reason != "gone":
            self._database.write(_note, self._known, standing, self._clock.now())

    def _join_or_note(self, standing: Standing) -> None:
        """Join, or note in the database why we wait. Call it with the memory locked."""
        if standing.is_new:
            self._memory.begin()
            make_folder(self.sent.folder)  # where it is missing later, it was lost
            self._database.write(_join, self.name, self._clock.now())
        elif standing.reason in ("older", "unknown"):
            self._database.write(_note, self.name, standing, self._clock.now())


def read_hosts(session: Session) -> Sequence[Host]:
    """Return the rows of all hosts."""
    return session.exec(select(Host).order_by(col(Host.id))).all()


def forget_counters(session: Session) -> None:
    """Let no host know this database, which is a copy, until a person adopts it."""
    session.exec(update(Host).values(counter=-1))
    # so that a host without a memory does not take it for a first installation
    _row(session, COPY, datetime.now(UTC)).counter = -1


def last_adoption(session: Session) -> datetime | None:
    """Return when a person last adopted this database; None if that was never needed."""
    return session.exec(select(func.max(Host.adopted_at))).one()


def noted_standing(hosts: Sequence[Host], now: datetime) -> Standing:
    """Return the first disagreement that a host has noted, if no living host overrules it."""
    is_alive = _is_one_alive(hosts, now)
    for host in hosts:
        if host.disagrees == "older" or (host.disagrees and not is_alive):
            return Standing(
                cast(Reason, host.disagrees),
                False,
                host.counter,
                host.remembered,
                len(hosts) - 1,
            )
    return Standing()


def _was_silent(now: datetime) -> ColumnElement[bool]:
    """Return a condition on Host: it begins to live now, at its first beat or after a stop."""
    return or_(col(Host.alive_since).is_(None), col(Host.beat_at) <= now - FRESH)


def _is_one_alive(hosts: Sequence[Host], now: datetime) -> bool:
    """True if a host that agrees has beaten lately; by a clock that was ahead, nobody has."""
    return any(not host.disagrees and abs(now - host.beat_at) < FRESH for host in hosts)


def _join(session: Session, name: str, now: datetime) -> None:
    own = _row(session, name, now)
    own.disagrees = ""
    own.beat_at = now


def _note(
    session: Session,
    name: str,
    standing: Standing,
    now: datetime,
) -> None:
    own = _row(session, name, now)
    own.disagrees = standing.reason
    own.remembered = standing.remembered


def _row(session: Session, name: str, now: datetime) -> Host:
    """Return a host's row; one that counts nothing yet is made if there is none."""
    own = session.exec(select(Host).filter_by(name=name)).one_or_none()
    if own is None:
        own = Host(name=name, counter=0, beat_at=now)
        session.add(own)
    return own


def _remove_unless_held(journal: Path) -> None:
    """Remove a copied journal, save one that a process of ours has begun meanwhile."""
    with journal.open("rb") as file, suppress(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        journal.unlink(missing_ok=True)
