"""`newsletter serve`: web, scheduler and sender in one process tree."""

import dataclasses
import signal
import threading

import typer

from newsletter.cli.opening import say, told
from newsletter.runtime import open_runtime
from newsletter.serving import everything
from newsletter.settings import read_settings


def serve(
    host: str = typer.Option(None, help="Listen on this address instead of the setting's."),
    port: int = typer.Option(None, help="Listen on this port instead of the setting's."),
) -> None:
    """Serve the pages, tick the schedule and send, until stopped (Ctrl-C or SIGTERM drains).

    Example: newsletter serve --port 8080
    """
    with told():
        settings = read_settings()
        settings = dataclasses.replace(settings, host=host or settings.host, port=port or settings.port)
        with open_runtime(settings) as runtime, everything(runtime, say):
            say(f"the service is running: {settings.public_url} (listening on {settings.host}:{settings.port})")
            wait_for_signal()
            say("stopping: what is being sent is finished first")


def wait_for_signal() -> None:
    """Return on SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
