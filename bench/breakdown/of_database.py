"""Faults of the database: locked, restarted, full, failing, overtaken."""

import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlmodel import Session, text

from bench.breakdown.disks import full
from bench.breakdown.scene import CONNECTIONS, Scene
from newsletter.database import Database

LOCKED_S = 45.0
FAILING_S = 3.0
FULL_S = 30.0
DOWN_S = 4.0  # a database that is restarted is away for so long
RATE = 40.0
CODES = {"a full disk": "53100", "a serialization error": "40001", "a deadlock": "40P01"}


def lock(scene: Scene, seconds: float = LOCKED_S) -> None:
    """Another program holds SQLite's write lock."""
    scene.deliver(400, RATE)
    scene.serve()
    scene.wait_for_letters(40)
    with closing(_plain_connection(scene)) as other:
        other.execute("begin immediate")
        scene.hold(seconds)
        other.execute("rollback")
    scene.goes_on()
    scene.finish()


def _plain_connection(scene: Scene) -> sqlite3.Connection:
    path = str(scene.database.path)
    return sqlite3.connect(path, isolation_level=None, timeout=30)


def restart(scene: Scene, times: int = 3) -> None:
    """PostgreSQL is stopped and started three times; the worker stays one."""
    server = scene.server
    assert server is not None
    scene.report.bound = times * CONNECTIONS
    scene.deliver(900, RATE)
    scene.start("web")
    worker = scene.start("worker")
    for number in range(times):
        scene.wait_for_letters(scene.letters + 40)
        server.stop()
        scene.hold(DOWN_S, says=number == 0)
        server.start()
        scene.goes_on()
    scene.report.require(worker.poll() is None, "the worker's process ended")
    scene.report.require(
        not scene.database.read(_holds_the_senders_lock), "the worker became a lone sender"
    )
    scene.finish()


def _holds_the_senders_lock(session: Session) -> bool:
    """True if somebody holds the lock of a sender that works alone (senders.only_sender)."""
    held = text("select count(*) from pg_locks where locktype = 'advisory' and objid = :key")
    return bool(session.execute(held, {"key": zlib.crc32(b"sender")}).scalar_one())


def fill_disk(scene: Scene) -> None:
    """The disk of the database is full, and freed after a while."""
    scene.deliver(500, RATE)
    scene.serve()
    scene.wait_for_letters(40)
    with full(scene.disk):
        scene.hold(FULL_S)
    scene.goes_on()
    scene.finish()


def fail_updates(scene: Scene, kind: str = "a full disk") -> None:
    """Each change of a message fails for some seconds."""
    scene.deliver(400, RATE)
    scene.serve()
    scene.wait_for_letters(60)
    with _failing(scene.database, CODES[kind]):
        scene.hold(FAILING_S)
    scene.goes_on()
    scene.finish()


def overtake(scene: Scene) -> None:
    """PostgreSQL ends transactions with a serialization error, as the planner's."""
    fail_updates(scene, "a serialization error")


@contextmanager
def _failing(database: Database, code: str) -> Iterator[None]:
    """Let each UPDATE of a message fail until the block ends."""
    make, drop = _trigger(database.is_sqlite, code)
    for statement in make:
        database.write(_execute, statement)
    try:
        yield
    finally:
        for statement in drop:
            database.write(_execute, statement)


def _trigger(is_sqlite: bool, code: str) -> tuple[list[str], list[str]]:
    if is_sqlite:
        make = (
            "create trigger breakdown before update on message "
            "begin select raise(abort, 'out of order'); end"
        )
        return [make], ["drop trigger breakdown"]
    function = (
        "create function breakdown() returns trigger language plpgsql as $$ begin "
        f"raise exception 'out of order' using errcode = '{code}'; end $$"
    )
    trigger = (
        "create trigger breakdown before update on message "
        "for each statement execute function breakdown()"
    )
    return [function, trigger], ["drop trigger breakdown on message", "drop function breakdown()"]


def _execute(session: Session, statement: str) -> None:
    session.execute(text(statement))


def deadlock(scene: Scene) -> None:
    """Another transaction and ours wait for each other; PostgreSQL ends ours, three times."""
    scene.deliver(400, RATE)
    scene.serve()
    for _ in range(3):
        scene.wait_for_letters(scene.letters + 30)
        _cross(scene.database)
        scene.goes_on()
    scene.finish()


def _cross(database: Database) -> None:
    """Hold the last message that is claimed, then ask for all of them: a circle."""
    with database.writing() as session:
        session.execute(text("set local deadlock_timeout = '20s'"))  # ours is the one to end
        held = session.execute(text(LAST_CLAIMED)).scalar()
        until = time.monotonic() + 5
        while time.monotonic() < until and not session.execute(text(WAITING)).scalar():
            time.sleep(0.02)
        session.execute(text(ALL_CLAIMED), {"held": held})


LAST_CLAIMED = "select id from message where status = 'claimed' order by id desc limit 1 for update"
WAITING = "select count(*) from pg_locks where not granted"
ALL_CLAIMED = "select id from message where status = 'claimed' and id <> :held for update"
