"""`newsletter backup` and `newsletter restore` say what they did, and refuse in words."""

from pathlib import Path

from tests.cli.shell import INIT, run


def test_a_backup_is_made_checked_and_put_back_into_an_empty_database_only(folder: Path) -> None:
    run(*INIT)
    assert "are in" in run("backup", "a.zip").stderr
    assert "a.zip is whole" in run("backup", "a.zip", "--check").stderr
    assert "holds rows already" in run("restore", "a.zip", code=5).stderr
    (folder / "newsletter.sqlite3").rename(folder / "before.sqlite3")
    assert "newsletter adopt --yes" in run("restore", "a.zip").stderr
    assert "The Inference" in run("status").stdout


def test_a_damaged_backup_is_refused(folder: Path) -> None:
    run(*INIT)
    (folder / "a.zip").write_bytes(b"PK no")
    assert "damaged" in run("backup", "a.zip", "--check", code=5).stderr
    assert "no backup" in run("backup", "b.zip", "--check", code=3).stderr
