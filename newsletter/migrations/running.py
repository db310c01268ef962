"""Running the history on a connection of its own.

On SQLite foreign keys are off meanwhile: a batch recreates a table, and dropping a parent would
delete its children.

It is one transaction, on SQLite too: a process that is killed in between has changed nothing.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from newsletter.database import driver_url, make_private

PATIENCE_MS = 60_000  # a second process that starts waits for the first one's upgrade


def upgrade(database_url: str) -> None:
    """Bring a database to this version; a new one is made."""
    run(database_url, lambda config: command.upgrade(config, "head"))


def run(database_url: str, do: Callable[[Config], None]) -> None:
    """Run an Alembic command on `database_url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    engine = _engine(database_url)
    with engine.connect() as connection:
        _wait_for_others(connection)
        config.attributes["connection"] = connection
        do(config)
        connection.commit()
    engine.dispose()


def _engine(database_url: str) -> Engine:
    """Open a database for one connection."""
    engine = create_engine(driver_url(database_url), poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", make_private)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Python's module would begin no transaction for statements that make tables.
    connection.isolation_level = None
    connection.execute(f"pragma busy_timeout={PATIENCE_MS}")
    connection.execute("pragma foreign_keys=off")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _wait_for_others(connection: Connection) -> None:
    # Two processes may start at once: on PostgreSQL the second waits until the first is done.
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(20260512)"))
