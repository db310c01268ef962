"""`newsletter webhook`: added with its own secret, disabled, enabled, called again, removed."""

from pathlib import Path

import pytest

from newsletter.cli.console import opened
from newsletter.webhooks.models import Call
from tests.cli.shell import INIT, rows, run
from tests.samples.times import NOON

URL = "https://shop.example/hook"


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def add_call(status: str) -> int:
    with opened() as here, here.database.writing() as session:
        call = Call(
            webhook_id=1,
            change_id="0" * 32,
            kind="left",
            subscriber_id=1,
            happened_at=NOON,
            status=status,
            due_at=NOON,
            reply="no",
        )
        session.add(call)
        session.flush()
        return call.key


def test_a_webhook_is_added_and_listed_without_its_secret() -> None:
    secret = run("webhook", "add", URL, "--kind", "left").stdout.strip()
    assert secret
    assert secret not in run("webhook", "list", "--json").stdout
    run("webhook", "add", "https://fair.example/hook")
    assert [row["kinds"] for row in rows("webhook", "list")] == ["left", "all"]


def test_what_cannot_be_called_is_refused() -> None:
    run("webhook", "add", "ftp://shop.example", code=4)
    run("webhook", "add", URL, "--kind", "opened", code=4)
    assert rows("webhook", "list") == []


def test_a_webhook_is_disabled_enabled_and_removed() -> None:
    run("webhook", "add", URL)
    run("webhook", "disable", "1")
    (hook,) = rows("webhook", "list")
    assert (hook["status"], hook["trouble"]) == ("disabled", "Disabled by hand.")
    run("webhook", "enable", "1")
    assert rows("webhook", "list")[0]["status"] != "disabled"
    run("webhook", "remove", "1")
    assert rows("webhook", "list") == []
    run("webhook", "enable", "1", code=3)


def test_a_call_that_nobody_took_is_shown_and_waits_again() -> None:
    run("webhook", "add", URL)
    key = add_call("expired")
    (call,) = rows("webhook", "calls")
    assert (call["status"], call["kind"], call["answer"]) == ("expired", "left", "no")
    run("webhook", "again", str(key))
    assert rows("webhook", "calls")[0]["status"] == "waiting"
    assert rows("webhook", "list")[0]["waiting"] == 1
