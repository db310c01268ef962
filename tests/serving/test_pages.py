"""Serving: the pages answer while the block lasts, on a port that is theirs alone."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest

from newsletter.runtime import Runtime
from newsletter.senders import only_sender
from newsletter.serving.pages import PortTaken, in_one_process, web
from tests.serving.raw import listening_runtime


@pytest.fixture
def runtime(sqlite_url: str) -> Iterator[Runtime]:
    with listening_runtime(sqlite_url) as opened:
        yield opened


def test_a_request_that_comes_before_the_server_runs_is_answered(runtime: Runtime) -> None:
    with web(runtime), urllib.request.urlopen(runtime.urls.home(), timeout=30) as answer:
        assert answer.status == 200
        assert "The Inference" in answer.read().decode()


def test_the_port_is_free_again_at_the_end(runtime: Runtime) -> None:
    for _ in range(2):
        with web(runtime), urllib.request.urlopen(runtime.urls.archive(), timeout=30) as answer:
            assert answer.status == 200
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(runtime.urls.home(), timeout=30)


def test_a_port_that_another_program_has_is_named(runtime: Runtime) -> None:
    port = runtime.settings.port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}: "), web(runtime):
            pass


def test_pages_and_sender_can_share_one_process(runtime: Runtime) -> None:
    with (
        in_one_process(runtime),
        only_sender(runtime) as second,
        urllib.request.urlopen(runtime.urls.home(), timeout=30) as answer,
    ):
        assert answer.status == 200
        assert second is None, "the sender of this process has the lock"


@pytest.mark.parametrize(("soft", "hard", "most"), [(256, 1024, 768)])
def test_connections_fit_among_the_files_that_this_process_may_open(
    soft: int, hard: int, most: int
) -> None:
    """A shell's limit is raised as far as it may be; what the rest of a service opens is left."""
    command = "from newsletter.serving.pages import room_for_connections as r; print(r())"
    limited = f'ulimit -Sn {soft}; ulimit -Hn {hard}; exec "{sys.executable}" -c "{command}"'
    shown = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=True)
    assert int(shown.stdout) == most
