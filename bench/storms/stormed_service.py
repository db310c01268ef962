"""A service as a stranger meets it: any checkout of it, with readers who may leave, and a webhook.

The webhook is called by the schedule: a call that arrives says that a tick ran.
"""

import http.client
import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.places import free_port
from newsletter.demo.inbox import Inbox, Received

ONE_CLICK = urlencode({"List-Unsubscribe": "One-Click"})
FORM = {"content-type": "application/x-www-form-urlencoded"}
PATIENCE_S = 60.0
LINK = re.compile(r"https?://[^\s\"<>]+?(/(?:confirm|leave)/[\w-]+)")


@dataclass
class Hook:
    """A webhook of ours: when each call came."""

    port: int = 0
    heard: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its process, the links by which its readers leave, its webhook."""

    port: int
    pid: int
    links: list[str]
    hook: Hook
    log: Path

    def leave(self) -> float | None:
        """Let the next reader leave by one click; returns the seconds, None if it failed."""
        begun = time.monotonic()
        try:
            status = post(self.port, self.links.pop(), ONE_CLICK)[0]
        except OSError:
            return None
        return time.monotonic() - begun if status == 200 else None


def post(port: int, path: str, body: str, network: str = "198.51.100.7") -> tuple[int, str]:
    """Post a form as the proxy would pass it on, and return status and text. Raises OSError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("POST", path, body, {**FORM, "x-forwarded-for": network})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


@contextmanager
def service(checkout: Path, folder: Path, *, readers: int, files: int) -> Iterator[Service]:
    """Run `newsletter serve` of a checkout in a new folder; `files` is its `ulimit -n`."""
    folder.mkdir()
    with ExitStack() as closing:
        inbox = Inbox()
        inbox.start()
        closing.callback(inbox.stop)
        hook = closing.enter_context(_hook())
        port = free_port()
        environment = _environment(checkout, port, inbox.port)
        _run(environment, folder, "init", "--name", "News", "--sender", "a@news.example")
        _run(environment, folder, "webhook", "add", f"http://127.0.0.1:{hook.port}/")
        log = folder / "log"
        command = f"ulimit -n {files}; exec {sys.executable} -m newsletter serve"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["bash", "-c", command], cwd=folder, env=environment, stderr=output, stdout=output
            )
        closing.callback(_end, process)
        _wait(lambda: _is_up(port))
        links = [_join(port, inbox, number) for number in range(readers)]
        yield Service(port, process.pid, links, hook, log)


def _environment(checkout: Path, port: int, relay: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "NEWSLETTER_PORT": str(port),
        "NEWSLETTER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "NEWSLETTER_RELAY_URL": f"smtp+plain://127.0.0.1:{relay}",
        "NEWSLETTER_ALLOW_PRIVATE_SOURCES": "true",
    }


def _run(environment: dict[str, str], folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "newsletter", *words]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_up(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _join(port: int, inbox: Inbox, number: int) -> str:
    """Let a reader join, each from a network of their own; returns the path by which they leave."""
    address = f"reader{number}@readers.example"
    network = f"10.{number // 250}.{number % 250}.7"
    post(port, "/subscribe", urlencode({"email": address}), network)
    post(port, _link_in(inbox, address, "/confirm/"), "", network)
    return _link_in(inbox, address, "/leave/")


def _link_in(inbox: Inbox, address: str, kind: str) -> str:
    found: list[str] = []

    def look() -> bool:
        for letter in inbox.letters:
            found.extend(_links_of(letter, address, kind))
        return bool(found)

    _wait(look)
    return found[0]


def _links_of(letter: Received, address: str, kind: str) -> list[str]:
    if letter.rcpt_to != address:
        return []
    text = letter.content.replace(b"=\r\n", b"").decode("utf-8", "replace")
    return [path for path in LINK.findall(text) if path.startswith(kind)]


def _wait(look: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not look():
        if time.monotonic() > until:
            raise TimeoutError("the service did not come so far")
        time.sleep(0.05)


@contextmanager
def _hook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if "left" in str(body.get("type", body)):
                hook.heard.append(time.monotonic())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = int(urlsplit(f"//127.0.0.1:{server.server_port}").port or 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
