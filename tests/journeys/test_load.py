"""A reader leaves by one click while strangers hold connections and threads."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from newsletter.fetching.limits import Limits
from newsletter.letters.publisher import Publisher
from newsletter.publications.reading import first_publication
from newsletter.runtime import Runtime
from newsletter.serving.connections import ConnectionLimits
from newsletter.serving.pages import web
from subscribers.joining import signup
from subscribers.joining.signup import ConsentEvidence
from tests.serving.raw import all_that_comes, connected, listening_runtime
from tests.web.public.test_tools import GOOD

SILENT, TOOLS = 1500, 40
ONE_CLICK = b"List-Unsubscribe=One-Click"
LATEST_S = 5.0  # ten times what a reader may wait: this machine does other things as well
FORM = "content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n"


@pytest.fixture
def files() -> Iterator[int]:
    """As many open files as this process may have: both ends of the connections are in it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < 2 * SILENT + 1000:
        pytest.skip("the machine gives too few open files: `ulimit -Hn` shows how many")
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def leave_path(runtime: Runtime) -> str:
    """Let a reader join; returns where they leave."""
    with runtime.database.writing() as session:
        publication = first_publication(session)
        now = runtime.clock.now()
        asked = signup.sign_up(
            session,
            publication.key,
            "reader@readers.example",
            evidence=ConsentEvidence("yes", "", ""),
            now=now,
        )
        signup.confirm(session, asked.subscription_id, network="", now=now)
        publisher = Publisher(publication, runtime.urls, runtime.signer)
        return f"/leave/{publisher.preferences_token(1)}"


def post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n{FORM}\r\n"
    return head.encode() + body


@contextmanager
def silent_host() -> Iterator[int]:
    """A host that accepts and says nothing; its port."""
    with socket.create_server(("127.0.0.1", 0), backlog=TOOLS) as host:
        yield host.getsockname()[1]


@pytest.mark.parametrize("most", [768, 2000], ids=["at 1,024 files", "at many files"])
def test_silent_connections_and_slow_look_ups_keep_no_reader_from_leaving(
    most: int, sqlite_url: str, files: int
) -> None:
    with listening_runtime(sqlite_url) as opened, ExitStack() as held:
        runtime = replace(opened, limits=Limits(allow_private=True))
        path = leave_path(runtime)
        held.enter_context(web(runtime, ConnectionLimits(most=most)))
        port = held.enter_context(silent_host())
        for _ in range(SILENT):
            held.enter_context(connected(runtime))
        fields = "&".join(f"{name}={value}" for name, value in GOOD.items() if name != "contact")
        fields += f"&image_url=https://127.0.0.1:{port}/p.png"
        for number in range(TOOLS):
            body = f"{fields}&contact=m{number}@pen.example".replace(" ", "+").encode()
            held.enter_context(connected(runtime, post("/promote", body)))
        begun = time.monotonic()
        with connected(runtime, post(path, ONE_CLICK)) as reader:
            answer = all_that_comes(reader)
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:300]
        assert b"You are unsubscribed." in answer
        assert time.monotonic() - begun < LATEST_S
