"""Files are their own user's alone, whatever the umask, and what was open is shut."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from newsletter.database import Database
from newsletter.host.private import make_folder, shut, with_contents
from newsletter.runtime import open_runtime
from newsletter.settings import Settings

INIT = ("init", "--name", "The Inference", "--sender", "editor@inference.example")


@pytest.fixture(params=[0o000, 0o022, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The umask of the shell in which we are started."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """What in a folder another user may read, write or look into."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if mode(path) & 0o077)


def test_what_is_made_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    make_folder(tmp_path / "folder")
    make_folder(tmp_path / "folder")
    database = Database(f"sqlite:///{tmp_path}/folder/n.sqlite3")
    try:
        with database.writing() as session, database.alone("sender"):
            session.connection().execute(text("create table t (a)"))
            assert {path.suffix for path in (tmp_path / "folder").iterdir()} >= {".lock"}
            assert open_to_others(tmp_path) == []
    finally:
        database.close()


def test_what_is_open_is_shut_and_what_is_shut_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.journal").touch(0o644)
    (tmp_path / "of somebody").touch(0o644)
    (tmp_path / "home").touch(0o400)
    tmp_path.chmod(0o755)
    shut(with_contents(tmp_path, ("*.journal", "home")))
    assert mode(tmp_path) == 0o700
    assert mode(tmp_path / "a.journal") == 0o600
    assert mode(tmp_path / "home") == 0o400
    assert mode(tmp_path / "of somebody") == 0o644, "it is not ours"
    shut([tmp_path / "gone meanwhile"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to other groups")
def test_a_file_that_root_gave_to_the_service_s_group_stays_readable_for_it(tmp_path: Path) -> None:
    settings = tmp_path / "newsletter.toml"
    settings.touch(0o664)
    settings.chmod(0o664)
    os.chown(settings, 0, 12345)
    shut([settings])
    assert mode(settings) == 0o640


def test_a_database_of_before_is_shut_when_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").touch(0o644)
    settings = Settings(database_url="sqlite:///n.sqlite3", secret="a secret of the tests")
    with open_runtime(settings) as runtime:
        runtime.guard.arrive(lambda: True)
    for path in tmp_path.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert open_to_others(tmp_path)
    with open_runtime(settings):
        assert open_to_others(tmp_path) == []


def test_no_command_leaves_a_file_that_others_may_read(tmp_path: Path) -> None:
    def run(*words: str, typed: str = "") -> None:
        """Run a command as a shell without a umask does."""
        subprocess.run(
            [sys.executable, "-m", "newsletter", *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            umask=0,
            check=True,
            input=typed,
            capture_output=True,
            text=True,
        )

    run(*INIT)
    run("editor", "add", "mara@inference.example", typed="four words of an editor\n")
    run("backup", "b.zip")
    assert {"newsletter.toml", "newsletter.sqlite3", "b.zip"} <= {
        path.name for path in tmp_path.iterdir()
    }
    assert open_to_others(tmp_path) == []
