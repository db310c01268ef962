"""Serving the pages, and for the demo and the tests the web and the sender in one process, on one clock."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from newsletter.errors import Unavailable
from newsletter.runtime import Runtime
from newsletter.senders import sending
from newsletter.web.application import application


class PortTaken(Unavailable):
    """The port is taken by another program. Choose another one: port in newsletter.toml, or --port."""


@contextmanager
def web(runtime: Runtime) -> Iterator[None]:
    """Serve the pages in a thread until the block ends."""
    settings = runtime.settings
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(512)  # from now on a request waits instead of being refused
    except OSError as error:
        raise PortTaken(f"{settings.host}:{settings.port}: {PortTaken.__doc__}") from error
    config = uvicorn.Config(
        application(runtime),
        log_config=None,  # its lines go through our own handler (logs.py)
        log_level="warning",
        access_log=False,  # paths hold tokens
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listening]}, name="web", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


@contextmanager
def in_one_process(runtime: Runtime) -> Iterator[None]:
    """Web and sender together, on the runtime's clock; who sets the clock ticks the schedule too."""
    with web(runtime), sending(runtime):
        yield
