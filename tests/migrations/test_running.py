"""An upgrade of SQLite is done as a whole or not at all: who is killed in it starts again."""

import contextlib
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from newsletter.database import Database
from newsletter.migrations.head import is_at_head
from newsletter.migrations.running import upgrade


class Killed(Exception):
    """The process ends here."""


@pytest.mark.parametrize("statements", [1, 7, 60, 300])
def test_an_upgrade_that_is_killed_leaves_nothing(tmp_path: Path, statements: int) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    left = statements

    def die(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    event.listen(Engine, "before_cursor_execute", die)
    try:
        with contextlib.suppress(Killed):
            upgrade(url)
    finally:
        event.remove(Engine, "before_cursor_execute", die)
    assert left <= 0
    upgrade(url)
    database = Database(url)
    assert database.read(is_at_head)
    database.close()
