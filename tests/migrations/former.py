"""A database as it was before mailboxes: one to whose addresses a test gives other spellings."""

from collections.abc import Mapping

from alembic import command
from sqlalchemy import text

from newsletter.database import Database
from newsletter.migrations.head import VERSIONS
from newsletter.migrations.running import run, upgrade

MAILBOXES = next(file.name[:4] for file in VERSIONS.glob("*_mailboxes.py"))
BEFORE = f"{int(MAILBOXES) - 1:04}"
WRITE = "update {table} set {column} = :new where {column} = :old"
SPELLED_IN = (
    ("subscriber", "address"),
    ("message", "address"),
    ("smallletter", "address"),
    ("addresschange", "former"),
)


def respell(
    database: Database,
    spellings: Mapping[str, str],
    suppressed: Mapping[str, str] | None = None,
) -> None:
    """Take the database back, spell its readers' addresses otherwise, and bring it here again.

    `suppressed` are addresses that are suppressed then, each with its reason.
    """
    database.engine.dispose()
    run(database.url, lambda config: command.downgrade(config, BEFORE))
    with database.engine.begin() as connection:
        for old, new in spellings.items():
            for table, column in SPELLED_IN:
                statement = text(WRITE.format(table=table, column=column))
                connection.execute(statement, {"old": old, "new": new})
        for address, reason in (suppressed or {}).items():
            connection.execute(
                text(
                    "insert into suppression (address, reason, at) "
                    "values (:address, :reason, '2026-05-12 09:00:00+00:00')"
                ),
                {"address": address, "reason": reason},
            )
    database.engine.dispose()
    upgrade(database.url)
