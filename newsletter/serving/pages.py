"""Serving the pages; for the demo and the tests, pages and sender in one process on one clock."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from newsletter.errors import Unavailable
from newsletter.host.parts import begin_part
from newsletter.runtime import Runtime
from newsletter.senders import sending
from newsletter.serving.connections import ConnectionLimits, OpenConnections
from newsletter.serving.protocol import GuardedServer, Ours
from newsletter.web.application import application
from newsletter.web.caching import PRIVATE
from newsletter.web.security import headers_of

DRAIN_S = 10  # for the requests in hand
BACKLOG = 512
LIMITS = ConnectionLimits()
MOST_FILES = 8192  # that we ask for
FILES_FOR_OTHERS = 256  # for the database, fetching, lists and the log, beside the connections


class PortTaken(Unavailable):
    """Another program has the port. Choose another: port in newsletter.toml, or --port."""


@contextmanager
def web(runtime: Runtime, limits: ConnectionLimits = LIMITS) -> Iterator[threading.Thread]:
    """Serve the pages in a thread until the block ends. Raises PortTaken."""
    listening = _listen(runtime.settings.host, runtime.settings.port)
    fitting = replace(limits, most=min(limits.most, room_for_connections()))
    connections: Ours = OpenConnections(fitting, runtime.settings.proxies)
    headers = headers_of(runtime.settings.is_https) | {"Cache-Control": PRIVATE}
    server = GuardedServer(_config(runtime), connections, headers)
    thread = begin_part("web", lambda: server.run(sockets=[listening]))
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join(timeout=DRAIN_S)
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    """Take the port. Raises PortTaken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # From now on a request waits instead of being refused, though no server runs yet.
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise PortTaken(f"{host}:{port}: {PortTaken.__doc__}") from error
    return listening


def room_for_connections() -> int:
    """Open as many files as we may, and return how many connections fit among them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    # A shell gives 1,024, and lets us ask for more. A lower limit is somebody's wish.
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, most - FILES_FOR_OTHERS)


def _config(runtime: Runtime) -> uvicorn.Config:
    """Return how the pages are served."""
    return uvicorn.Config(
        application(runtime),
        log_config=None,  # its lines go through our own handler (logs.py)
        log_level="warning",
        access_log=False,  # paths hold tokens
        ws="none",  # we have no WebSockets: one would leave our account of connections
        # A client is the rightmost address of X-Forwarded-For that is no proxy of these.
        forwarded_allow_ips=[str(proxy) for proxy in runtime.settings.proxies],
        timeout_graceful_shutdown=5,
    )


@contextmanager
def in_one_process(runtime: Runtime) -> Iterator[None]:
    """Run web and sender on the runtime's clock; whoever sets that clock ticks the schedule too."""
    with web(runtime), sending(runtime):
        yield
