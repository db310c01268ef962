"""Running the history on a connection of its own.

On SQLite foreign keys are off meanwhile: a batch recreates a table, and dropping a parent would
delete its children.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from newsletter.database import driver_url


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
    engine = create_engine(driver_url(database_url), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _turn_foreign_keys_off)
    return engine


def _turn_foreign_keys_off(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma foreign_keys=off")


def _wait_for_others(connection: Connection) -> None:
    # Two processes may start at once: on PostgreSQL the second waits until the first is done.
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(20260512)"))
