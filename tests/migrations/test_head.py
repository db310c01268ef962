"""A database of this version is known without Alembic; any other one is not taken for it."""

from pathlib import Path

from alembic import command
from sqlalchemy import text

from newsletter.database import Database
from newsletter.migrations.head import head, is_at_head
from newsletter.migrations.running import run


def test_a_new_database_is_not_at_head_and_an_upgraded_one_is(
    tmp_path: Path, database: Database
) -> None:
    assert not Database(f"sqlite:///{tmp_path / 'new.sqlite3'}").read(is_at_head)
    assert database.read(is_at_head)


def test_a_database_before_the_last_revision_is_not_at_head(database: Database) -> None:
    with database.writing() as session:
        session.connection().execute(text("update alembic_version set version_num = '0001'"))
    assert not database.read(is_at_head)


def test_the_head_is_the_one_that_alembic_finds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    run(url, lambda config: command.upgrade(config, "head"))
    with Database(url).reading() as session:
        revision = session.connection().scalar(text("select version_num from alembic_version"))
    assert revision == head()
