"""`newsletter subscribers`: people come in with an account of them, and go out again."""

from pathlib import Path

import pytest

from tests.cli.shell import INIT, rows, run

TABLE = "Contact,Company\nada@readers.example,Ada\nbob@readers.example,Bob\nnobody,Nobody\n"


@pytest.fixture(autouse=True)
def file(folder: Path) -> str:
    run(*INIT)
    (folder / "people.csv").write_text(TABLE, "utf-8")
    return "people.csv"


def test_a_dry_run_gives_the_account_and_adds_nobody(file: str) -> None:
    mapped = ("--map", "Contact=address", "--map", "Company=name")
    (tried,) = rows("subscribers", "import", file, *mapped, "--dry-run")
    assert (tried["read"], tried["added"], tried["rejected"]) == (3, 2, 1)
    assert rows("subscribers", "list") == []
    (done,) = rows("subscribers", "import", file, *mapped)
    assert done == tried
    assert [row["name"] for row in rows("subscribers", "list")] == ["Ada", "Bob"]


@pytest.mark.parametrize("mapped", ["Contact", "Mail=address", "Contact=nonsense"])
def test_a_map_that_fits_no_column_or_no_target_is_refused_with_the_columns(
    mapped: str, file: str
) -> None:
    refused = run("subscribers", "import", file, "--map", mapped, code=4).stderr
    assert "This file has: Contact, Company." in refused


def test_an_import_is_on_record_and_only_a_yes_asks_its_people_to_stay(file: str) -> None:
    run("subscribers", "import", file, "--map", "Contact=address")
    (record,) = rows("subscribers", "imports")
    assert (record["file"], record["status"], record["added"]) == (file, "finished", 2)
    key = str(record["id"])
    assert "--yes" in run("subscribers", "reconfirm", key, code=4).stderr
    asked = run("subscribers", "reconfirm", key, "--days", "10", "--yes").stderr
    assert "2 are asked" in asked
    assert "10 days" in asked


def test_an_export_is_of_one_status_and_comes_in_again(file: str, folder: Path) -> None:
    run("subscribers", "import", file, "--map", "Contact=address")
    exported = run("subscribers", "export", "--status", "active").stdout
    (folder / "again.csv").write_text(exported, "utf-8")
    assert rows("subscribers", "import", "again.csv")[0]["known"] == 2
    assert "ada@" not in run("subscribers", "export", "--status", "unsubscribed").stdout
    assert "active" in run("subscribers", "export", "--status", "asleep", code=4).stderr


def test_how_many_readers_there_are_is_shown_from_a_number_on_or_never() -> None:
    assert "from 1,000 on" in run("subscribers", "shown-from", "1000").stderr
    assert "not shown" in run("subscribers", "shown-from", "0").stderr
