"""A backup is whole, or nobody takes it for one."""

import os
import zipfile
from pathlib import Path

import pytest

from newsletter.backups.archive import (
    DATABASE,
    BackupBroken,
    NoBackup,
    check_archive,
    opened_archive,
    take_out,
    write_archive,
)
from tests.samples.times import NOON


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    rows, sent = tmp_path / "rows", tmp_path / "2026.sent"
    rows.write_bytes(os.urandom(100_000))
    sent.write_bytes(b"a letter")
    file = tmp_path / "newsletter.zip"
    members = [(DATABASE, rows), ("sent/2026.sent", sent)]
    write_archive(file, members, made_at=NOON, revision="0031", rows=7)
    return file


def test_a_backup_that_is_whole_says_what_it_has(backup: Path) -> None:
    manifest = check_archive(backup)
    assert manifest.rows == 7
    assert set(manifest.sums) == {DATABASE, "sent/2026.sent"}
    assert backup.stat().st_mode & 0o077 == 0, "nobody else reads the addresses"


@pytest.mark.parametrize("at", [500, 50_000, 99_000])
def test_a_changed_octet_is_found(backup: Path, at: int) -> None:
    octets = bytearray(backup.read_bytes())
    octets[at] ^= 0xFF
    backup.write_bytes(octets)
    with pytest.raises(BackupBroken):
        check_archive(backup)


def test_half_a_file_and_none_are_no_backups(backup: Path, tmp_path: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:50_000])
    with pytest.raises(BackupBroken):
        check_archive(backup)
    with pytest.raises(NoBackup):
        check_archive(tmp_path / "other.zip")


def test_another_zip_is_no_backup(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(DATABASE, "x")
    with pytest.raises(BackupBroken):
        check_archive(tmp_path / "a.zip")


def test_files_that_are_here_stay_as_they_are(backup: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    with opened_archive(backup) as archive:
        assert take_out(archive, "sent/", folder) == 1
        (folder / "2026.sent").write_bytes(b"more")
        assert take_out(archive, "sent/", folder) == 0
    assert (folder / "2026.sent").read_bytes() == b"more"


def test_no_member_leads_out_of_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("sent/../../outside", "x")
    with opened_archive(file) as archive, pytest.raises(BackupBroken):
        take_out(archive, "sent/", tmp_path / "sent")
    assert not (tmp_path.parent / "outside").exists()
