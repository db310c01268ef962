"""`newsletter init`: what is there is never written over."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.main import app
from newsletter.settings import read_settings
from tests.cli.shell import INIT, rows, run


def test_init_twice_harms_nothing(folder: Path) -> None:
    run(*INIT)
    before = (folder / "newsletter.toml").read_text("utf-8")
    CliRunner().invoke(app, list(INIT))
    assert (folder / "newsletter.toml").read_text("utf-8") == before


def test_the_settings_are_for_their_owner_alone_and_each_has_a_secret_of_its_own(
    folder: Path,
) -> None:
    file = folder / "newsletter.toml"
    run(*INIT)
    first = read_settings(file)
    assert file.stat().st_mode & 0o077 == 0
    file.unlink()
    (folder / "newsletter.sqlite3").unlink()
    run(*INIT)
    assert read_settings(file).secret != first.secret


def test_a_cadence_that_cannot_be_read_leaves_no_file(folder: Path) -> None:
    assert run(*INIT, "--cadence", "no such day", code=4).stderr.strip()
    assert not (folder / "newsletter.toml").exists()


@pytest.mark.parametrize("slip", [("--sender", "nobody"), ("--rule", "nope"), ("--cadence", "x")])
def test_a_slip_leaves_nothing_that_a_second_try_would_stumble_over(
    folder: Path, slip: tuple[str, str]
) -> None:
    run(*INIT, *slip, code=4)
    assert not (folder / "newsletter.toml").exists()
    run(*INIT)
    run("status")


def test_what_the_system_refuses_is_said_in_a_line(folder: Path) -> None:
    run(*INIT)
    (folder / "newsletter.sqlite3").write_text("no database")
    refused = run("status", code=6).stderr
    assert "database_url" in refused
    assert "Traceback" not in refused


def test_a_port_that_no_machine_has_is_refused(folder: Path) -> None:
    run(*INIT)
    assert "1 to 65535" in run("serve", "--port", "99999", code=4).stderr


def test_settings_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / "newsletter.toml").mkdir()
    assert "newsletter.toml: Is a directory" in run("status", code=6).stderr


def test_what_sending_needs_is_asked_for(folder: Path) -> None:
    answers = "Deep Water\nmara@deepwater.example\n7 Quay, Hull\n"
    done = run("init", "--ask", typed=answers)
    assert "Postal address" in done.output
    [found] = rows("publication", "show")
    assert (found["name"], found["postal_address"]) == ("Deep Water", "7 Quay, Hull")
    assert found["sender_name"] == "Deep Water"
    assert (folder / "newsletter.toml").exists()


def test_all_that_sending_needs_has_an_option(folder: Path) -> None:
    run(
        *INIT,
        *("--relay-url", "smtps://mara:pass%22word@relay.example"),
        *("--public-url", "https://news.example"),
        *("--sender-name", "Mara", "--reply-to", "letters@inference.example", "--language", "de"),
    )
    settings = read_settings(folder / "newsletter.toml")
    assert settings.relay_url == "smtps://mara:pass%22word@relay.example"
    assert settings.public_url == "https://news.example"
    [found] = rows("publication", "show")
    assert (found["sender_name"], found["language"]) == ("Mara", "de")


@pytest.mark.parametrize(
    "slip",
    [
        ("--relay-url", "ftp://relay.example"),
        ("--relay-url", 'smtp://x"\nsecret = "'),
        ("--public-url", "news.example"),
        ("--postal-address", "a" * 1000),
        ("--language", "english"),
        ("--reply-to", "nobody"),
        ("--name", "n" * 121),
    ],
)
def test_a_slip_in_what_sending_needs_leaves_nothing_behind(
    folder: Path, slip: tuple[str, str]
) -> None:
    run(*INIT, *slip, code=4)
    assert not (folder / "newsletter.toml").exists()


def test_without_a_postal_address_it_says_what_is_missing() -> None:
    said = run("init", "--name", "Deep Water", "--sender", "mara@deepwater.example").output
    assert "newsletter publication set --postal-address" in said


def test_without_a_name_it_asks_for_the_option(folder: Path) -> None:
    assert "--name" in run("init", "--sender", "mara@deepwater.example", code=2).output
    assert not (folder / "newsletter.toml").exists()
