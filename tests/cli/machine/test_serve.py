"""`newsletter serve` and its parts: real programs that end in order."""

import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.demo.inbox import free_port
from tests.cli.shell import INIT, run

ENDS_IN_S = 60


@pytest.fixture(autouse=True)
def publication(folder: Path) -> None:
    run(*INIT)


@contextmanager
def program(*words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "newsletter", *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def line_of(running: subprocess.Popen[str], words: str) -> str:
    """Wait for a line on stderr that has these words."""
    assert running.stderr is not None
    for line in running.stderr:
        if words in line:
            return line
    raise AssertionError(f"it ended without a word of {words!r}")


def test_pages_are_served_at_the_given_port_until_a_signal() -> None:
    port = free_port()
    with program("web", "--port", str(port)) as running:
        assert f"127.0.0.1:{port}" in line_of(running, "the pages are served")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert "The Inference" in answer.read().decode()
        running.send_signal(signal.SIGTERM)
        assert running.wait(ENDS_IN_S) == 0


def test_a_port_that_another_program_has_is_an_error_with_words() -> None:
    port = str(free_port())
    with program("web", "--port", port) as running:
        line_of(running, "the pages are served")
        assert "Another program has the port" in run("web", "--port", port, code=6).stderr


def test_a_worker_with_a_parent_ends_when_the_parent_lets_go() -> None:
    with program("worker", "--with-parent") as running:
        assert running.poll() is None
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait(ENDS_IN_S) == 0


def test_a_schedule_that_ticks_ends_by_ctrl_c() -> None:
    with program("scheduler") as running:
        line_of(running, "the schedule is ticking")
        running.send_signal(signal.SIGINT)
        assert running.wait(ENDS_IN_S) == 0
