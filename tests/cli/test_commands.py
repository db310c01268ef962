"""The command line: an operator's way from an empty folder to an issue, and what a script relies on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from newsletter.cli.main import app
from newsletter.clock import SystemClock
from newsletter.database import Database
from newsletter.delivery.claiming import claim
from newsletter.delivery.planning import freeze
from newsletter.delivery.settling import settle
from newsletter.demo import feeds, sample
from newsletter.mail.outcomes import Outcome
from newsletter.publications.reading import only_publication
from tests.delivery.rig import planned_in
from tests.samples.times import NOON

INIT = (
    "init",
    "--name",
    "The Inference",
    "--sender",
    "editor@inference.example",
    "--postal-address",
    "1 Street",
)


def run(*words: str, code: int = 0) -> Result:
    """Run one command; its exit code is a promise."""
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done


def rows(*words: str) -> list[dict[str, object]]:
    return list(json.loads(run(*words, "--json").stdout))


@contextmanager
def sample_feed() -> Iterator[str]:
    documents = sample.feeds(datetime.now(UTC) + timedelta(hours=1))
    bodies: dict[str, feeds.Body] = {
        path: (lambda at, made=made: made[1]) for path, made in documents.items()
    }
    with feeds.serving(bodies, SystemClock()) as address:
        yield address + next(iter(documents))


def commands(group: typer.Typer = app, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for one in group.registered_commands:
        assert one.callback is not None
        yield (*before, one.name or one.callback.__name__.rstrip("_").replace("show_issue", "show"))
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        yield from commands(inner.typer_instance, (*before, str(inner.name)))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_each_command_helps_with_an_example(words: tuple[str, ...]) -> None:
    said = " ".join(run(*words, "--help").stdout.split())
    assert f"Example: newsletter {' '.join(words)}" in said


def test_from_an_empty_folder_to_an_approved_issue(folder: Path) -> None:
    (folder / "newsletter.sqlite3").unlink()
    run(*INIT)
    readers = folder / "readers.csv"
    readers.write_text(
        "email,name\nada@readers.example,Ada\nnot an address,Bo\n,Cy\nada@READERS.example,Ada\n",
        "utf-8",
    )
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        assert rows("source", "list")[0]["url"] == address
        run(
            "tool",
            "add",
            "Patchbay",
            "https://patchbay.example",
            "--price",
            "Free trial",
            "--tag",
            "Developers",
        )
        assert rows("tool", "list")[0]["name"] == "Patchbay"
        done = rows("subscribers", "import", str(readers))[0]
        assert (done["read"], done["added"], done["known"], done["rejected"]) == (4, 1, 1, 2)
        refused = (folder / "readers.rejected.csv").read_text("utf-8")
        assert "3" in refused
        assert "not an address" in refused
        assert rows("subscribers", "list")[0]["address"] == "ada@readers.example"
        assert "ada@readers.example" in run("subscribers", "export").stdout
        found = rows("gather")[0]
        assert found["new articles"] == found["found"] != 0
    proposed = rows("propose", "--explain")
    assert proposed[0]["place"] == 1
    assert proposed[0]["because"]
    paths = run("preview", "--folder", str(folder / "out")).stdout.split()
    assert [Path(path).suffix for path in paths] == [".html", ".txt"]
    assert str(proposed[0]["title"]) in Path(paths[1]).read_text("utf-8").replace("\n", " ")
    run("approve", "1", "--by", "ada@inference.example")
    assert rows("issue", "list")[0]["status"] == "approved"
    run("hold", "1")
    assert rows("issue", "show", "1")[0]["kind"] == "lead"
    standing = json.loads(run("status", "--json").stdout)
    assert standing["issues"][0]["status"] == "held"
    assert "readers.example" not in json.dumps(standing)


def test_what_goes_wrong_has_an_exit_code_and_says_what_to_do(folder: Path) -> None:
    assert "newsletter init" in run("status", code=4).stderr
    run(*INIT)
    assert "newsletter propose" in run("approve", code=5).stderr
    assert run("issue", "show", "7", code=3).stderr.strip()
    assert "nobody.csv" in run("subscribers", "import", "nobody.csv", code=3).stderr
    (folder / "wrong.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "address" in run("subscribers", "import", "wrong.csv", code=4).stderr
    assert "http" in run("source", "add", "ftp://x.example", code=4).stderr
    run("no-such-command", code=2)


def test_an_issue_that_nobody_approved_is_not_sent() -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        run("gather")
    run("propose")
    assert "not approved" in run("send", "1", code=4).stderr


def test_a_delivery_is_shown_paused_resumed_sent_again_and_stopped(folder: Path) -> None:
    run(*INIT)
    assert "no delivery" in run("delivery", "show", code=3).stderr
    database = Database(f"sqlite:///{folder / 'newsletter.sqlite3'}")
    with database.writing() as session:
        delivery = planned_in(
            session,
            only_publication(session).key,
            *(f"{name}@readers.example" for name in ("ada", "bob", "cyd")),
        )
    assert freeze(database, delivery.key)
    with database.writing() as session:
        taken = claim(session, delivery.key, 2, by="test", now=NOON)
        settle(
            session,
            {taken[0].id: Outcome("accepted", 250), taken[1].id: Outcome("uncertain")},
            NOON,
        )
    shown = rows("delivery", "show", "1")[0]
    assert (shown["number"], shown["status"], shown["percent"], shown["considered"]) == (
        1,
        "sending",
        66,
        3,
    )
    assert shown["messages"] == {
        "accepted": 1,
        "waiting": 1,
        "deferred": 0,
        "refused": 0,
        "expired": 0,
        "uncertain": 1,
        "cancelled": 0,
    }
    assert "3 considered = 0 excluded + 3 messages" in run("delivery", "show").stdout
    assert rows("delivery", "pause", "1")[0]["status"] == "paused"
    assert "--yes" in run("delivery", "resend", code=4).stderr
    again = rows("delivery", "resend", "--yes")[0]
    assert again["status"] == "paused", "sending uncertain ones again resumes nothing"
    assert again["messages"] == dict(shown["messages"], waiting=2, uncertain=0)  # type: ignore[arg-type]
    assert rows("delivery", "resume")[0]["status"] == "sending"
    assert "--yes" in run("delivery", "stop", code=4).stderr
    stopped = rows("delivery", "stop", "--yes")[0]
    assert (stopped["status"], stopped["percent"]) == ("stopped", 33)
    assert "stopped" in run("delivery", "resume", code=5).stderr


def test_a_broken_source_is_reported_with_exit_code_6_and_delays_nothing(folder: Path) -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        missing = folder / "missing.opml"
        missing.write_text(
            f"<opml><body><outline xmlUrl='{address.rsplit('/', 1)[0]}/nothing.xml'/></body></opml>",
            "utf-8",
        )
        run("source", "import", str(missing))
        checked = json.loads(run("source", "check", "--json", code=6).stdout)
    assert {bool(row["error"]) for row in checked} == {True, False}


def test_init_twice_harms_nothing(folder: Path) -> None:
    run(*INIT)
    before = (folder / "newsletter.toml").read_text("utf-8")
    CliRunner().invoke(app, list(INIT))
    assert (folder / "newsletter.toml").read_text("utf-8") == before


def test_a_dkim_key_is_made_once_is_private_and_works_by_the_printed_setting(folder: Path) -> None:
    run(*INIT)
    record, setting = run("dkim", "s1", "inference.example").stdout.splitlines()
    assert record.startswith('s1._domainkey.inference.example. TXT "v=DKIM1; k=rsa; p=')
    assert (folder / "s1.pem").stat().st_mode & 0o077 == 0
    with (folder / "newsletter.toml").open("a") as file:
        file.write(setting + "\n")
    run("status")
    assert "never overwritten" in run("dkim", "s1", "inference.example", code=5).stderr
    assert (
        "rsa or ed25519"
        in run("dkim", "s2", "inference.example", "--algorithm", "md5", code=4).stderr
    )


def test_weights_are_listed_set_and_refused(folder: Path) -> None:
    run(*INIT)
    run("weight", "set", "topic:policy", "1.5")
    assert {row["name"]: row["value"] for row in rows("weight", "list")}["topic:policy"] == 1.5
    run("weight", "set", "charm", "3", code=4)
    run("weight", "reset", "topic:policy")
    assert "topic:policy" not in {row["name"] for row in rows("weight", "list")}


def test_gathering_and_proposing_can_be_tried_at_another_time(folder: Path) -> None:
    run(*INIT)
    with sample_feed() as address:
        run("source", "add", address, "--yes")
        run("gather", "--now", "2031-05-01T09:00+02:00")
    said = run("propose", "--now", "2031-05-01T09:00+02:00", "--explain")
    assert "as if it were 2031-05-01T09:00:00+02:00" in said.stderr
    run("propose", "--now", "yesterday", code=2)
