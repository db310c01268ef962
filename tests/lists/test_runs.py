"""Runs: a share of a file is sorted on disk, in files that have no name."""

import csv
import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path

from newsletter.lists.columns import guess_columns
from newsletter.lists.runs import (
    REPORT_ROWS,
    RUN_LINES,
    ReadingTask,
    open_share,
    read_share,
)
from newsletter.lists.tables.rows import Share
from newsletter.lists.tables.shapes import open_sheet
from tests.samples.times import NOON


def task(path: Path, rows: int, bad: str = "") -> ReadingTask:
    lines = [f"{n * 7919 % rows:06}@x.example" for n in range(rows)]
    path.write_text("\n".join(["email", *lines, bad]) + "\n")
    sheet = open_sheet(path)
    return ReadingTask(sheet, guess_columns(sheet.header), NOON, Share())


def start(folder: Path) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The program, whose temporary files would be in `folder` if they had names."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-m", "newsletter.lists.runs"]
        environment = {**os.environ, "TMPDIR": str(folder)}
        return subprocess.Popen(command, stdin=theirs.fileno(), env=environment), ours


def test_more_people_than_one_run_has_are_sorted_in_several_and_no_row_is_lost(
    tmp_path: Path,
) -> None:
    reports: list[int] = []
    rows = RUN_LINES + 1
    share = read_share(task(tmp_path / "in.csv", rows, "=nobody"), reports.append)
    runs = [list(run) for run in share.runs]
    assert [len(run) for run in runs] == [RUN_LINES, 1]
    assert all(run == sorted(run) for run in runs)
    assert (share.read, share.rejected) == (rows + 1, 1)
    assert reports == [REPORT_ROWS, 2 * REPORT_ROWS]
    [(line, reason, value)] = csv.reader(share.rejections)
    assert (line, value) == (str(rows + 2), "'=nobody"), "no spreadsheet runs it"
    assert "@" in reason
    share.close()


def test_another_process_gets_the_files_open_and_none_of_them_had_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    reading = task(tmp_path / "in.csv", 20_000, "nobody")
    process, ours = start(folder)
    with ours:
        ours.sendall(pickle.dumps(reading))
        counts, descriptors, _, _ = socket.recv_fds(ours, 64, 10)
        assert process.wait(60) == 0
    share = open_share(counts, descriptors)
    runs = share.runs
    assert counts.split() == [b"20001", b"1"]
    assert sum(1 for run in runs for _ in run) == 20_000
    assert not list(folder.iterdir())
    share.close()


def test_a_helper_whose_other_is_gone_leaves_no_address_on_the_disk(tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process, ours = start(folder)
    with ours:
        ours.sendall(pickle.dumps(task(tmp_path / "in.csv", 20_000)))
    assert process.wait(60) == 0, "it ends by itself, and complains to nobody"
    assert not list(folder.iterdir())
