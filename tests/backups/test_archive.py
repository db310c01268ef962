"""A backup is whole, or nobody takes it for one."""

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.backups.archive import (
    DATABASE,
    BackupBroken,
    NoBackup,
    check_archive,
    half_made,
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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(at=st.integers(0, 10**6), octets=st.binary(min_size=1, max_size=6), cut=st.booleans())
def test_whatever_is_damaged_is_called_so(
    small: bytes, tmp_path: Path, at: int, octets: bytes, cut: bool
) -> None:
    """Never a traceback, and never a file that is not the one that was written."""
    at %= len(small)
    damaged = small[:at] + octets + small[at + len(octets) :]
    file = tmp_path / "damaged.zip"
    file.write_bytes(damaged[: at + len(octets)] if cut else damaged)
    try:
        manifest = check_archive(file)
    except BackupBroken:
        return
    with opened_archive(file) as archive:
        assert archive.read(DATABASE) == b"rows" * 50
    assert manifest.sums


@pytest.fixture
def small(tmp_path: Path) -> bytes:
    rows, file = tmp_path / "rows", tmp_path / "small.zip"
    rows.write_bytes(b"rows" * 50)
    write_archive(file, [(DATABASE, rows)], made_at=NOON, revision="0031", rows=7)
    return file.read_bytes()


@pytest.mark.parametrize(
    "manifest",
    [
        "[]",
        "3",
        "{}",
        '{"made_at": 1, "revision": 9, "rows": "x", "sums": []}',
        "\udcff",
        "[" * 9999,
    ],
)
def test_a_manifest_of_somebody_else_is_refused(tmp_path: Path, manifest: str) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", manifest.encode("utf-8", "surrogateescape"))
        archive.writestr(DATABASE, "x")
    with pytest.raises(BackupBroken):
        check_archive(file)


def test_a_file_that_lacks_its_end_is_taken_out_again(backup: Path, tmp_path: Path) -> None:
    """Half a sent log would have its readers written to twice."""
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "2026.sent").write_bytes(b"a le")
    with opened_archive(backup) as archive:
        assert take_out(archive, "sent/", folder) == 1
    assert [path.read_bytes() for path in folder.iterdir()] == [b"a letter"]


def test_a_member_that_is_gone_meanwhile_is_left_out(tmp_path: Path) -> None:
    """The sent log forgets a day, or an import ends, while a backup is made."""
    rows, file = tmp_path / "rows", tmp_path / "a.zip"
    rows.write_bytes(b"rows")
    members = [(DATABASE, rows), ("sent/gone.sent", tmp_path / "gone.sent")]
    write_archive(file, members, made_at=NOON, revision="0031", rows=7)
    assert set(check_archive(file).sums) == {DATABASE}


def test_what_killed_processes_left_half_made_is_removed_and_no_living_ones(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a[1].zip"
    left = tmp_path / ".a[1].zip.x.half"
    left.mkdir()
    with half_made(file) as living, half_made(file) as other:
        assert living.is_dir()
        assert other.is_dir()
        assert living != other
        assert living.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []
