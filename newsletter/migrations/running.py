"""Running the history on a connection of its own.

On SQLite foreign keys are off meanwhile: a batch recreates a table, and dropping a parent would
delete its children.
"""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.pool import NullPool


def upgrade(database_url: str) -> None:
    """Bring a database to this version; a new one is made."""
    run(database_url, lambda config: command.upgrade(config, "head"))


def run(database_url: str, do: Callable[[Config], None]) -> None:
    """Run an Alembic command on `database_url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    url = make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(
        url if is_sqlite else url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
    )
    if is_sqlite:
        event.listen(
            engine,
            "connect",
            lambda connection, _: connection.execute("pragma foreign_keys=off"),
        )
    with engine.connect() as connection:
        if not is_sqlite:
            connection.execute(
                text("select pg_advisory_xact_lock(20260512)")
            )  # two processes start at once
        config.attributes["connection"] = connection
        do(config)
        connection.commit()
    engine.dispose()
