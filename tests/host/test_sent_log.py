"""The sent log says of each letter that left what became of it, and nothing more than it knows."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.host.sent_log import (
    ANSWERED,
    LEFT,
    RECORD,
    SentLog,
    forget_old,
    pack,
    read_fates,
    read_records,
)
from tests.samples.times import NOON

ADA, BOB = (7, 1), (7, 2)


def fates(folder: Path) -> dict[tuple[int, int], str]:
    found = {}
    for issue, of_issue in read_fates(folder).items():
        found |= {(issue, subscriber): fate for subscriber, fate in of_issue.items()}
    return found


def test_a_record_has_32_octets() -> None:
    assert RECORD.size == len(pack(LEFT, 0, NOON, ADA)) == 32


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
        log.leave([ADA], NOON)
        if reply is not None:
            log.answer({ADA: reply}, NOON)
    assert fates(tmp_path).get(ADA, "") == fate


def test_processes_have_files_of_their_own_and_each_day_too(tmp_path: Path) -> None:
    first, second = SentLog(tmp_path), SentLog(tmp_path)
    first.leave([ADA], NOON)
    second.leave([BOB], NOON)
    first.answer({ADA: 250}, NOON + timedelta(days=1))
    assert len(list(tmp_path.iterdir())) == 3
    assert fates(tmp_path) == {ADA: "accepted", BOB: "uncertain"}


def test_files_are_kept_for_ninety_days(tmp_path: Path) -> None:
    log = SentLog(tmp_path)
    log.leave([ADA], NOON - timedelta(days=91))
    log.leave([BOB], NOON - timedelta(days=90))
    assert forget_old(tmp_path, NOON) == 1
    assert fates(tmp_path) == {BOB: "uncertain"}


def test_a_full_disk_takes_no_part_of_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SentLog(tmp_path)
    log.leave([ADA], NOON)
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, octets: write(file, octets[:20]))
        with pytest.raises(OSError, match="No space left"):
            log.leave([BOB], NOON)
    log.answer({ADA: 250}, NOON)
    assert fates(tmp_path) == {ADA: "accepted"}


@given(cut=st.integers(0, 96), junk=st.binary(max_size=40))
def test_a_torn_tail_is_not_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("sent")
    whole = [pack(LEFT, 0, NOON, ADA), pack(ANSWERED, 250, NOON, ADA), pack(LEFT, 0, NOON, BOB)]
    (folder / "2026-05-12.1.a.sent").write_bytes(b"".join(whole)[:cut] + junk)
    letters = [record.letter for record in read_records(folder)]
    assert letters[: cut // 32] == [ADA, ADA, BOB][: cut // 32]
    assert len(letters) <= cut // 32 + (cut % 32 > 0)
