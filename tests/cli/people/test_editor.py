"""`newsletter editor`: passwords come by the input, sessions are listed and ended, ids are new."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.cli.console import opened
from newsletter.desk import factors, sessions
from newsletter.desk.deeds import read_log
from newsletter.desk.sessions import Origin
from tests.cli.shell import INIT, rows, run

MARA, PASSWORD = "mara@inference.example", "four words of an editor"
BOB = "bob@inference.example"
ADD = ("editor", "add", MARA, "--name", "Mara")


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


def begin_session(editor_id: int = 1) -> None:
    with opened() as here:
        here.database.write(
            sessions.begin_session,
            editor_id,
            here.runtime.signer.secret,
            Origin("192.0.2.7", "Firefox"),
            datetime.now(UTC),
        )


def test_a_password_is_read_from_the_input_and_no_option_has_it() -> None:
    assert "may log in" in run(*ADD, typed=PASSWORD + "\n").stderr
    assert "--password" in run(*ADD, "--password", PASSWORD, code=2).output
    assert PASSWORD not in run("editor", "list", "--json").stdout


@pytest.mark.parametrize("password", ["", "short", "password123", "mara-inference", "9" * 300])
def test_a_password_that_others_would_try_is_refused(password: str) -> None:
    run(*ADD, typed=password + "\n", code=4)
    assert rows("editor", "list") == []


def test_editors_are_listed_with_their_sessions() -> None:
    run(*ADD, typed=PASSWORD)
    begin_session()
    [row] = rows("editor", "list")
    assert (row["id"], row["address"], row["name"], row["sessions"]) == (1, MARA, "Mara", 1)
    [session] = rows("editor", "sessions")
    assert session["editor"] == MARA
    assert (session["network"], session["browser"]) == ("192.0.2.0/24", "Firefox")
    assert MARA in run("editor", "list").stdout
    assert "Firefox" in run("editor", "sessions", "MARA@inference.example").stdout


def test_sessions_are_ended_of_an_editor_or_of_everybody() -> None:
    run(*ADD, typed=PASSWORD)
    run("editor", "add", BOB, typed=PASSWORD)
    for editor_id in (1, 2, 2):
        begin_session(editor_id)
    assert "ended: 1" in run("editor", "sessions", MARA, "--end").stderr
    assert "ended: 2" in run("editor", "sessions", "--end").stderr
    assert rows("editor", "sessions") == []
    begin_session()
    [row] = rows("editor", "sessions")
    run("editor", "end-session", str(row["id"]))
    run("editor", "end-session", str(row["id"]), code=3)
    run("editor", "sessions", "nobody@inference.example", code=3)


def test_another_password_ends_the_sessions() -> None:
    run(*ADD, typed=PASSWORD)
    begin_session()
    assert "sessions ended: 1" in run("editor", "password", MARA, typed="a wholly new set\n").stderr
    run("editor", "password", MARA, typed="password123\n", code=4)
    run("editor", "password", "nobody@inference.example", typed=PASSWORD, code=3)


def test_a_removed_editor_is_gone_and_the_next_one_has_another_id() -> None:
    run(*ADD, typed=PASSWORD)
    begin_session()
    assert "last one" in run("editor", "remove", MARA, code=4).stderr
    run("editor", "add", BOB, "--role", "owner", typed=PASSWORD)
    assert "not on the team" in run("editor", "remove", "Mara@Inference.example").stderr
    run("editor", "remove", MARA, code=3)
    assert "editor" in run(*ADD, typed=PASSWORD).stderr
    assert [(row["id"], row["role"], row["sessions"]) for row in rows("editor", "list")] == [
        (2, "owner", 0),
        (3, "editor", 0),
    ]


def test_a_role_is_given_at_the_terminal_and_an_owner_stays() -> None:
    assert "needs an owner" in run(*ADD, "--role", "writer", typed=PASSWORD, code=4).stderr
    assert "role: owner" in run(*ADD, typed=PASSWORD).stderr
    assert "last one" in run("editor", "role", MARA, "viewer", code=4).stderr
    assert "owner, publisher" in run("editor", "role", MARA, "boss", code=3).stderr
    run("editor", "add", BOB, "--role", "Owner", typed=PASSWORD)
    assert "was owner and is viewer" in run("editor", "role", MARA.upper(), "viewer").stderr
    run("editor", "role", "nobody@inference.example", "viewer", code=3)


def test_who_is_there_already_is_not_added_again_in_another_case() -> None:
    run(*ADD, typed=PASSWORD)
    refused = run("editor", "add", "Mara@inference.example", typed=PASSWORD, code=5).stderr
    assert "newsletter editor role" in refused


def test_an_invitation_is_sent_from_the_terminal() -> None:
    run(*ADD, typed=PASSWORD)
    assert "is invited as writer" in run("editor", "invite", BOB, "--role", "writer").stderr
    run("editor", "invite", MARA, code=5)
    run("editor", "invite", "no address", code=4)
    run("editor", "invite", BOB, "--role", "boss", code=3)


def test_what_is_done_at_the_terminal_is_in_the_log() -> None:
    run(*ADD, typed=PASSWORD)
    run("subscribers", "list")
    with opened() as here:
        found = [
            (entry.by, entry.deed, entry.thing)
            for entry in here.read(lambda session, key: list(read_log(session, key)))
        ]
    assert found == [
        ("the command line", "newsletter subscribers list", ""),
        ("the command line", "newsletter editor add", "membership"),
        ("the command line", "newsletter editor add", "editor"),
    ]


def test_a_lost_phone_is_taken_off_and_its_browsers_are_logged_out() -> None:
    run(*ADD, typed=PASSWORD)
    assert "no second factor" in run("editor", "no-factor", MARA, code=3).output
    begin_session()
    with opened() as here, here.database.writing() as session:
        row = factors.begin_factor(session, 1, datetime.now(UTC))
        row.counts_from = datetime.now(UTC)
    assert "password alone" in run("editor", "no-factor", MARA).stderr
    assert rows("editor", "sessions") == []
    run("editor", "no-factor", MARA, code=3)
    run("editor", "no-factor", "nobody@inference.example", code=3)
