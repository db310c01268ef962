"""`newsletter demo`: a story that does not add up ends with an error."""

import json
from pathlib import Path
from traceback import format_exception

import pytest
from typer.testing import CliRunner

from newsletter.cli.machine.demo import adds_up
from newsletter.cli.main import app
from newsletter.demo.story import StoryAccount
from tests.cli.shell import INIT, rows, run

COPY = ("database", "copy", "--to")


def test_an_account_adds_up_if_nothing_is_repeated_received_twice_or_lost() -> None:
    assert adds_up(StoryAccount(articles=12, received=23, left=1))


@pytest.mark.parametrize("field", ["repeated_articles", "received_twice", "unaccounted"])
@pytest.mark.parametrize("count", [1, -1])
def test_an_account_does_not_add_up_by_each_of_its_faults(field: str, count: int) -> None:
    account = StoryAccount()
    setattr(account, field, count)
    assert not adds_up(account)


def test_the_demo_prints_the_log_of_its_service_where_asked() -> None:
    printed = run("demo", "--once", "--subscribers", "3", "--port", "0", "--log", "json").stderr
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert {"event": "The audience is frozen", "delivery": 1}.items() <= lines[0].items()


def test_a_folder_without_feeds_is_named(folder: Path) -> None:
    refused = run("demo", "--once", "--feeds", str(folder), code=3).stderr
    assert str(folder) in refused


def test_the_demo_leaves_no_login_in_a_database_that_is_used(folder: Path) -> None:
    run(*INIT)
    url = f"sqlite:///{folder / 'newsletter.sqlite3'}"
    before = (folder / "newsletter.sqlite3").read_bytes()
    refused = run("demo", "--once", "--port", "0", "--database-url", url, code=5).stderr
    assert "an empty one only" in refused
    assert (folder / "newsletter.sqlite3").read_bytes() == before
    assert rows("editor", "list") == []


@pytest.mark.parametrize("words", [("demo", "--once", "--database-url"), COPY])
@pytest.mark.parametrize(
    "url",
    [
        "postgres://news:S3cretPw@db/x",
        "postgresql://news:S3cretPw@db:port/x",
        "postgresql://news:a@S3cretPw@db/x",
        "postgresql://news:S3cretPw@127.0.0.1:1/x",
        "postgresql://news@127.0.0.1:1/x?password=S3cretPw&colour=1",
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    words: tuple[str, ...], url: str
) -> None:
    run(*INIT)
    done = CliRunner().invoke(app, [*words, url])
    assert done.exit_code in (4, 6), done.output
    assert "S3cretPw" not in done.output + "".join(format_exception(done.exception))
