"""The memory and the processor time of a process and its children, looked at while they live."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")
LOOK_S = 0.1  # a look costs the kernel some microseconds


class Peak:
    """The most memory that a process and its children had at a time, in MB."""

    resident_mb = 0.0  # what several share is counted for each


@contextmanager
def watching(pid: int) -> Iterator[Peak]:
    """Look at a process and its children again and again until the block ends."""
    peak = Peak()
    over = threading.Event()

    def look() -> None:
        is_over = False
        while not is_over:
            peak.resident_mb = max(peak.resident_mb, resident_mb(pid))
            is_over = over.wait(LOOK_S)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and all below it."""
    return sum(_pages(each) for each in [pid, *_below(pid)]) * PAGE / MB


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and all below it, of those that ended, too."""
    return sum(_ticks(each) for each in [pid, *_below(pid)]) / TICKS


def _ticks(pid: int) -> int:
    # proc_pid_stat(5): behind the name in parentheses the state is field 3, so utime is 14:
    # utime, stime, and both of the children that were waited for
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


def _below(pid: int) -> list[int]:
    found = []
    for child in _children(pid):
        found += [child, *_below(child)]
    return found


def _children(pid: int) -> list[int]:
    """Return the children of a process; none if it has ended.

    One that is being started still is its parent, memory and command: it would count twice.
    """
    children: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        children += map(int, _read(file).split())
    return [child for child in children if _command(child) != _command(pid)]


def _command(pid: int) -> str:
    return _read(Path(f"/proc/{pid}/cmdline"))


def _pages(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) if fields else 0


def _read(file: Path) -> str:
    """Return what /proc says; nothing about a process that has ended."""
    try:
        return file.read_text()
    except OSError:
        return ""
