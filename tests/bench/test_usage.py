"""Memory and processor time of a process, those of its children counted."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.usage import cpu_s, resident_mb, watching

LARGE_MB = 64
CHILD = f"import sys; block = b'x' * {LARGE_MB << 20}; print('ready', flush=True); sys.stdin.read()"
PARENT = f"""
import subprocess, sys
with subprocess.Popen([sys.executable, '-c', {CHILD!r}], stdin=subprocess.PIPE) as child:
    sys.stdin.read()
"""
BUSY = "import time\nwhile time.process_time() < 0.3: pass"
PARENT_OF_BUSY = f"""
import subprocess, sys
subprocess.run([sys.executable, '-c', {BUSY!r}])
print('ready', flush=True); sys.stdin.read()
"""


@contextmanager
def ready(program: str) -> Iterator[int]:
    """A program that waits for its end, once it said that it is ready; its process id."""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid


def test_the_memory_of_a_child_counts() -> None:
    with ready(PARENT) as pid:
        assert resident_mb(pid) > LARGE_MB


def test_the_peak_is_of_all_at_a_time_and_a_process_that_ended_has_none() -> None:
    with ready(PARENT) as pid, watching(pid) as peak:
        now = resident_mb(pid)
    assert peak.resident_mb >= now
    assert resident_mb(pid) == 0


def test_the_processor_time_of_a_child_that_has_ended_counts() -> None:
    with ready(PARENT_OF_BUSY) as pid:
        assert cpu_s(pid) >= 0.3
