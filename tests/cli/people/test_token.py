"""`newsletter token`: a secret is shown once, and a revoked token is on record."""

from pathlib import Path

import pytest

from newsletter.cli.console import opened
from newsletter.desk import tokens
from newsletter.desk.tokens import BadApiToken
from tests.cli.shell import INIT, rows, run


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def test_the_secret_is_printed_alone_and_never_again() -> None:
    made = run("token", "make", "web shop")
    secret = made.stdout.strip()
    with opened() as here:
        assert here.database.read(tokens.find_token, secret).name == "web shop"
    assert secret not in made.stderr
    assert secret not in run("token", "list", "--json").stdout


def test_a_token_is_listed_with_what_it_may_do_and_revoked_at_once() -> None:
    run("token", "make", "shop")
    secret = run("token", "make", "fair", "--may-vouch").stdout.strip()
    listed = {str(row["name"]): row for row in rows("token", "list")}
    assert (listed["shop"]["may vouch"], listed["fair"]["may vouch"]) == (False, True)
    assert (listed["fair"]["last used"], listed["fair"]["revoked"]) == ("never", "")
    run("token", "revoke", str(listed["fair"]["id"]))
    with opened() as here, pytest.raises(BadApiToken):
        here.database.read(tokens.find_token, secret)
    revoked = {str(row["name"]): row["revoked"] for row in rows("token", "list")}
    assert revoked["fair"]
    assert not revoked["shop"]


def test_a_token_that_is_not_there_is_not_revoked() -> None:
    run("token", "revoke", "9", code=3)
