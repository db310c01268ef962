"""`newsletter serve` and its parts: real programs that end in order."""

import signal
import stat
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.cli.console import UNAVAILABLE
from newsletter.demo.inbox import free_port
from newsletter.settings import read_settings
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


def test_an_empty_folder_is_served_and_the_code_of_the_terminal_makes_its_owner(
    folder: Path,
) -> None:
    for name in ("newsletter.toml", "newsletter.sqlite3"):
        (folder / name).unlink()
    port = free_port()
    with program("serve", "--port", str(port)) as running:
        line = line_of(running, "Nobody owns this installation yet")
        url = f"http://127.0.0.1:{port}/desk/start/owner"
        assert url in line
        code = line.split()[-1]
        form = {"code": code, "address": "ada@inference.example", "password": "four odd words here"}
        sent = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(url, sent, timeout=60) as answer:
            assert "Log in" not in answer.read().decode()
        running.send_signal(signal.SIGTERM)
        assert running.wait(ENDS_IN_S) == 0
    assert stat.S_IMODE((folder / "newsletter.toml").stat().st_mode) == 0o600
    assert code not in (folder / "newsletter.toml").read_text()
    assert code.encode() not in (folder / "newsletter.sqlite3").read_bytes()
    assert read_settings().port == port, "the next one listens there, too"


def test_no_settings_are_written_where_others_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "newsletter.toml").unlink()
    monkeypatch.setenv("NEWSLETTER_CONFIG", "elsewhere.toml")
    assert "secret: expects" in run("serve", code=4).stderr
    assert not list(folder.glob("*.toml"))


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


# A service with a part that ends, wherever that is at the moment, and for no reason that it knows.
FAILING = """
import ctypes, os, signal, sys, threading, time
from pathlib import Path

from newsletter.cli.main import app
from newsletter.host import guard
from newsletter.schedule import ticking

guard.BEAT_S = ticking.TICK_S = 0.2  # its parts look up as often


def end(name):
    while not (found := [part for part in threading.enumerate() if part.name == name]):
        time.sleep(0.05)
    time.sleep(0.5)
    # Once more if code of a library took it for a fault of its own.
    while found[0].is_alive():
        ident = ctypes.c_ulong(found[0].ident)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))
        if name == "keeper":
            break
        time.sleep(1)
    if name == "keeper":  # it waits for its child, and nothing else wakes it
        for children in Path("/proc/self/task").glob("*/children"):
            for child in children.read_text().split():
                os.kill(int(child), signal.SIGKILL)


threading.Thread(target=end, args=(sys.argv.pop(1),), daemon=True).start()
app()
"""


@contextmanager
def failing(part: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """One of our programs, whose part ends soon after its beginning."""
    command = [sys.executable, "-c", FAILING, part, *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def port_of(command: str) -> list[str]:
    return ["--port", str(free_port())] if command in ("serve", "web") else []


def assert_ends_with(part: str, *words: str) -> None:
    with failing(part, *words) as running:
        assert running.stderr is not None
        log = running.stderr.read()
        assert running.wait(ENDS_IN_S) == UNAVAILABLE, log
    assert f"and its process with it: {part}" in log
    assert "Traceback" in log
    assert "whoever keeps the service starts it again" in log


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("serve", "web"),
        ("serve", "keeper"),
        ("serve", "schedule"),
        ("worker", "sender"),
    ],
)
def test_a_program_ends_with_each_of_its_parts_and_says_why(command: str, part: str) -> None:
    """Nothing lives on by half: what keeps the program starts it again."""
    assert_ends_with(part, command, *port_of(command))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("command", "part"), [("worker", "beat"), ("scheduler", "schedule"), ("web", "web")]
)
def test_it_does_so_on_postgresql_too(
    database_url: str, command: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_DATABASE_URL", database_url)
    assert_ends_with(part, command, *port_of(command))
