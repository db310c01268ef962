"""What the demo's two web servers share: a thread on this machine, answers without a log."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POLL_S = 0.02  # between two looks whether it should end


class LocalRequest(BaseHTTPRequestHandler):
    """One request to a server of the demo."""

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Send an answer with these headers and its length."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the story has its own lines."""


@contextmanager
def serve(
    handler: Callable[..., BaseHTTPRequestHandler],
    name: str,
    port: int = 0,
) -> Iterator[str]:
    """Serve in a thread of that name, on a free port for 0.

    Gives the address without a trailing slash.
    """
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    # A daemon: it must not keep a program alive whose story broke off.
    threading.Thread(
        target=server.serve_forever,
        args=(POLL_S,),
        name=name,
        daemon=True,
    ).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
