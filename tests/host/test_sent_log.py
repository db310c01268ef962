"""The sent log says of each letter that left what became of it, and nothing more than it knows."""

import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.host.sent_log import (
    ANSWERED,
    HEAD,
    LEFT,
    SentLog,
    forget_old,
    pack,
    read_fates,
    read_records,
)
from tests.samples.times import NOON

ISSUE, ADA, BOB = 7, 1, 2


def fates(folder: Path) -> dict[int, str]:
    """What became of the letters of our issue, by subscriber."""
    found = read_fates(folder)
    return dict(found[ISSUE].of_subscribers) if ISSUE in found else {}


def leave(log: SentLog, subscriber: int, at: datetime = NOON) -> None:
    log.leave(ISSUE, [subscriber], at)


def test_a_letter_takes_32_octets_at_most_and_few_in_a_group(tmp_path: Path) -> None:
    assert len(pack(LEFT, 0, NOON, ISSUE, [ADA])) == 32
    log = SentLog(tmp_path)
    for start in range(0, 100, 10):
        log.leave(ISSUE, range(start, start + 10), NOON)
    log.answer(ISSUE, {250: range(100)}, NOON)
    [file] = tmp_path.iterdir()
    assert file.stat().st_size < 100 * 20
    assert set(fates(tmp_path).values()) == {"accepted"}
    assert read_fates(tmp_path)[ISSUE].last_at == NOON.timestamp()


@pytest.mark.parametrize(
    ("replies", "fate"),
    [
        ([None], "uncertain"),
        ([250], "accepted"),
        ([450], ""),
        ([0], ""),  # the session ended before the dot
        ([550], ""),
        ([450, 250], "accepted"),
        ([450, None], "uncertain"),
        ([None, 250], "accepted"),  # a person had it sent again
        ([250, None], "accepted"),
    ],
)
def test_a_letters_fate_is_what_is_known_of_all_its_attempts(
    tmp_path: Path, replies: Sequence[int | None], fate: str
) -> None:
    log = SentLog(tmp_path)
    for reply in replies:
        leave(log, ADA)
        if reply is not None:
            log.answer(ISSUE, {reply: [ADA]}, NOON)
    assert fates(tmp_path).get(ADA, "") == fate


def test_processes_have_files_of_their_own_and_each_day_too(tmp_path: Path) -> None:
    first, second = SentLog(tmp_path), SentLog(tmp_path)
    leave(first, ADA)
    leave(second, BOB)
    first.answer(ISSUE, {250: [ADA]}, NOON + timedelta(days=1))
    assert len(list(tmp_path.iterdir())) == 3
    assert fates(tmp_path) == {ADA: "accepted", BOB: "uncertain"}


def note_days(folder: Path, days: Sequence[int]) -> None:
    """Let one letter leave on each of these days, counted from noon; the number names it."""
    for day in days:
        (folder / f"{(NOON + timedelta(days=day)).date()}.1.a.sent").write_bytes(
            pack(LEFT, 0, NOON, ISSUE, [abs(day)])
        )


def test_files_are_kept_for_ninety_days(tmp_path: Path) -> None:
    note_days(tmp_path, range(-92, 0))
    SentLog(tmp_path).leave(ISSUE, [ADA], NOON)
    assert set(fates(tmp_path)) == set(range(1, 91))


def test_a_clock_that_jumps_ahead_forgets_nothing(tmp_path: Path) -> None:
    note_days(tmp_path, [-14, -7, -1])
    for years in (30, 31):
        leave(SentLog(tmp_path), BOB, NOON + timedelta(days=365 * years))
    assert forget_old(tmp_path, NOON) == 0
    assert set(fates(tmp_path)) == {14, 7, 1, BOB}


def test_a_disk_that_takes_a_part_of_a_record_gets_a_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SentLog(tmp_path)
    leave(log, ADA)
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, octets: write(file, octets[:20]))
        with pytest.raises(OSError, match="No space left"):
            leave(log, BOB)
    log.answer(ISSUE, {250: [ADA]}, NOON)
    assert fates(tmp_path) == {ADA: "accepted"}


def test_what_is_noted_after_a_sync_that_failed_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pages of a failed sync are lost to a power cut, and with them all that follows."""
    log = SentLog(tmp_path)

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fdatasync", broken)
        with pytest.raises(OSError, match="Input/output"):
            leave(log, ADA)
    [lost] = tmp_path.iterdir()
    lost.write_bytes(bytes(lost.stat().st_size))
    leave(log, BOB)
    assert fates(tmp_path) == {BOB: "uncertain"}


def test_a_folder_that_is_removed_meanwhile_is_made_again(tmp_path: Path) -> None:
    log = SentLog(tmp_path / "sent")
    leave(log, ADA)
    shutil.rmtree(tmp_path / "sent")
    leave(log, BOB)
    assert fates(tmp_path / "sent") == {BOB: "uncertain"}


@given(cut=st.integers(0, 104), junk=st.binary(max_size=60))
def test_a_torn_tail_is_not_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("sent")
    records = [
        pack(LEFT, 0, NOON, ISSUE, [ADA, BOB]),
        pack(ANSWERED, 250, NOON, ISSUE, [ADA]),
        pack(LEFT, 0, NOON, ISSUE, [BOB]),
    ]
    whole = [sum(map(len, records[:count])) <= cut for count in (1, 2, 3)].count(True)
    (folder / "2026-05-12.1.a.sent").write_bytes(b"".join(records)[:cut] + junk)
    read = list(read_records(folder))
    assert [record.kind for record in read[:whole]] == [LEFT, ANSWERED, LEFT][:whole]
    assert len(read) <= whole + 1, "what is torn may be mended by junk, and by nothing else"


def test_a_hole_that_a_power_cut_leaves_ends_the_reading(tmp_path: Path) -> None:
    (tmp_path / "2026-05-12.1.a.sent").write_bytes(
        pack(LEFT, 0, NOON, ISSUE, [ADA]) + bytes(HEAD.size * 3)
    )
    assert fates(tmp_path) == {ADA: "uncertain"}
