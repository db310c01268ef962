"""Changing the secret: links of the former go on to work, and no other file is changed."""

import re
from pathlib import Path

import pytest

from newsletter.settings import Settings, read_settings
from newsletter.tokens import Signer
from tests.cli.shell import run
from tests.samples.times import NOON

FILE = '# ours\nsecret = "the first secret of all"  # keep it\nport = 8001\n'


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    path.chmod(0o640)
    return path


def signer(settings: Settings) -> Signer:
    return Signer(settings.secret, settings.older_secrets)


def test_links_of_before_two_changes_work_and_the_rest_of_the_file_stays(file: Path) -> None:
    token = signer(read_settings(file)).sign("letter", 7)
    for _ in range(2):
        assert "Restart the service" in run("secret", "rotate").output
    after = read_settings(file)
    assert signer(after).read("letter", token, NOON) == 7
    assert (len(after.older_secrets), after.older_secrets[-1], after.port) == (
        2,
        "the first secret of all",
        8001,
    )
    assert "# ours" in file.read_text()
    assert len(re.findall("^secret", file.read_text(), re.MULTILINE)) == 1
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_secret_set_elsewhere_or_unfit_for_a_list_is_refused_and_nothing_changes(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comma = FILE.replace("first secret", "first, secret")
    file.write_text(comma)
    assert "Nothing was changed" in run("secret", "rotate", code=4).output
    monkeypatch.setenv("NEWSLETTER_SECRET", "another secret of some length")
    assert "NEWSLETTER_OLD_SECRETS" in run("secret", "rotate", code=3).output
    assert file.read_text() == comma
