"""`newsletter subscribers doubles`: who was here twice, and which status won."""

from pathlib import Path

import pytest

from newsletter.database import Database
from newsletter.settings import read_settings
from tests.cli.shell import INIT, rows, run
from tests.migrations.former import respell

TABLE = "address,status\nada@x.example,active\nbob@x.example,unsubscribed\n"


@pytest.fixture(autouse=True)
def _initialised(folder: Path) -> None:
    run(*INIT)
    (folder / "people.csv").write_text(TABLE, "utf-8")


def test_the_report_counts_and_names_who_was_here_twice() -> None:
    assert "nobody" in run("subscribers", "doubles").stderr
    run("subscribers", "import", "people.csv")
    database = Database(read_settings().database_url)
    respell(database, {"bob@x.example": "ADA@x.example"})
    database.close()
    (count,) = rows("subscribers", "doubles")
    wanted = {"gone_status": "unsubscribed", "kept_status": "active", "won": "unsubscribed"}
    assert count.items() >= (wanted | {"doubles": 1}).items()
    (named,) = rows("subscribers", "doubles", "--names")
    assert named.items() >= wanted.items()
    assert str(named["address"]).casefold() == "ada@x.example"
    run("subscribers", "tell", "aDa@X.example")
