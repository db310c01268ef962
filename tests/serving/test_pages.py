"""Serving: the pages answer while the block lasts, on a port that is theirs alone."""

import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest

from newsletter.desk import sessions
from newsletter.runtime import Runtime
from newsletter.senders import only_sender
from newsletter.serving.pages import PortTaken, in_one_process, web
from tests.logins import add_cheap_editor
from tests.samples.times import NOON
from tests.serving.raw import listening_runtime

PASSWORD = "four words of an editor"


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


@pytest.mark.parametrize(
    ("trusted", "network"), [("127.0.0.1", "203.0.113"), ("192.0.2.1", "127.")]
)
def test_an_address_is_believed_from_a_proxy_of_ours_and_only_its_last(
    trusted: str, network: str, runtime: Runtime
) -> None:
    """A stranger may write what they like in front of what the proxy adds."""
    runtime = replace(runtime, settings=replace(runtime.settings, trusted_proxies=trusted))
    runtime.database.write(add_cheap_editor, "ada@inference.example", "Ada", NOON, PASSWORD)
    form = urllib.parse.urlencode({"address": "ada@inference.example", "password": PASSWORD})
    headers = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7", "X-Real-IP": "198.51.100.9"}
    login = urllib.request.Request(f"{runtime.urls.home()}desk/login", form.encode(), headers)
    with web(runtime), urllib.request.urlopen(login, timeout=30) as answer:
        assert answer.status == 200
    [(session, _)] = runtime.database.read(sessions.read_sessions, NOON)
    assert session.network.startswith(network)
