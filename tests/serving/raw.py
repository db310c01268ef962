"""A service on a port of its own, and connections to it by which anything may be sent."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from newsletter.demo.inbox import free_port
from newsletter.publications.opening import open_publication
from newsletter.runtime import Runtime, open_runtime
from newsletter.settings import Settings

ANSWER_S = 30


@contextmanager
def listening_runtime(database_url: str) -> Iterator[Runtime]:
    """The runtime of one publication, whose settings have a free port."""
    port = free_port()
    settings = Settings(
        database_url=database_url,
        public_url=f"http://127.0.0.1:{port}",
        secret="a secret of the tests",
        port=port,
    )
    with open_runtime(settings) as opened:
        opened.database.write(
            open_publication,
            name="The Inference",
            sender_address="a@inference.example",
            cadence="Tuesday 09:00 UTC",
        )
        yield opened


@contextmanager
def connected(runtime: Runtime, sent: bytes = b"") -> Iterator[socket.socket]:
    """A connection on which these bytes were sent."""
    address = (runtime.settings.host, runtime.settings.port)
    with socket.create_connection(address, timeout=ANSWER_S) as connection:
        connection.sendall(sent)
        yield connection


def all_that_comes(connection: socket.socket) -> bytes:
    """Read until the other side ends the connection; it must, within the time of the socket."""
    read = bytearray()
    try:
        while piece := connection.recv(65536):
            read += piece
    except ConnectionResetError:
        pass
    return bytes(read)
