"""`newsletter init`: what is there is never written over."""

from pathlib import Path

from typer.testing import CliRunner

from newsletter.cli.main import app
from newsletter.settings import read_settings
from tests.cli.shell import INIT, run


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
