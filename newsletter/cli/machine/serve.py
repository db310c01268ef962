"""`newsletter serve`: web, scheduler and sender in one process tree; and each of them alone."""

import dataclasses
import json
import logging
import os
import signal
import threading

import typer

from newsletter.cli.console import errors_shown, say, start_logging
from newsletter.cli.machine.init import SETTINGS_FILE, settings_text, write_settings
from newsletter.desk.team import has_owner
from newsletter.host.parts import begin_part, require, wait
from newsletter.runtime import Runtime, open_runtime
from newsletter.senders import sender_process, sending
from newsletter.serving.pages import web as pages
from newsletter.settings import Settings, check, read_settings
from newsletter.worker.running import work

log = logging.getLogger(__name__)
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # compared with, not listened on
AGAIN_S = 5.0  # between two looks at a sender's lock that another holds
HOST = typer.Option(None, help="Listen on this address instead of the setting's.")
PORT = typer.Option(None, help="Listen on this port instead of the setting's.")


def serve(host: str = HOST, port: int = PORT) -> None:
    """Serve the pages, tick the schedule and send, until stopped (Ctrl-C or SIGTERM drains).

    In a folder without newsletter.toml it writes one, and leads on at /desk/start.

    Example: newsletter serve --port 8080
    """
    with errors_shown():
        _write_missing_settings(host, port)
        settings = _listening(host, port)
        stop = _start(settings)
        # They end in the opposite order: nothing new falls due, letters in hand go out, and the
        # pages are there until then. They ask since when this host is alive: so the beat is first.
        with (
            open_runtime(settings) as runtime,
            runtime.guard.beating() as beat,
            pages(runtime) as served,
            sender_process(settings) as keeper,
            runtime.ticker().running() as schedule,
        ):
            say(f"the service is running: {_where(settings)}")
            _ask_for_owner(runtime)
            wait(stop, served, keeper, beat, *schedule)
            say("stopping: what is being sent is finished first")


def web(host: str = HOST, port: int = PORT) -> None:
    """Serve the pages only; a scheduler and workers run elsewhere.

    Example: newsletter web --host 0.0.0.0
    """
    with errors_shown():
        settings = _listening(host, port)
        stop = _start(settings)
        with open_runtime(settings) as runtime, pages(runtime) as served:
            say(f"the pages are served: {_where(settings)}")
            wait(stop, served)


def scheduler() -> None:
    """Tick the schedule only: gather, propose, decide at the deadline. Two of them do no harm.

    Example: newsletter scheduler
    """
    with errors_shown():
        settings = read_settings()
        stop = _start(settings)
        with open_runtime(settings) as runtime, runtime.guard.beating() as beat:
            runtime.guard.arrive(stop.is_set)
            with runtime.ticker().running() as schedule:
                say("the schedule is ticking")
                wait(stop, beat, *schedule)


def worker(with_parent: bool = typer.Option(False, hidden=True)) -> None:
    """Send what is due, until stopped. `newsletter serve` starts one by itself.

    On PostgreSQL any number may run, on any host; on SQLite the second one waits. Each host keeps
    its workers' journals on a lasting disk (journal_folder).

    Example: newsletter worker
    """
    with errors_shown():
        settings = read_settings()
        stop = _start(settings)
        if with_parent:
            begin_part("parent", lambda: _stop_at_end_of_input(stop))
        with open_runtime(settings) as runtime, runtime.guard.beating() as beat:
            runtime.guard.arrive(stop.is_set)
            if runtime.database.is_sqlite:
                _send_until(stop, runtime, beat)
            else:
                work(runtime, lambda: stop.is_set() or not beat.is_alive())
            require(beat)


def _send_until(stop: threading.Event, runtime: Runtime, beat: threading.Thread) -> None:
    """Send, once no other sender works on this database."""
    watches = False
    while not stop.is_set():
        with sending(runtime) as sender:
            if sender is not None:
                wait(stop, sender, beat)
            elif not watches:  # said once, however long that one lives
                log.info("Another sender works on this database; this one only watches")
                watches = True
        require(beat)
        stop.wait(AGAIN_S)


def until_signal() -> threading.Event:
    """Return the event that SIGINT and SIGTERM set."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _start(settings: Settings) -> threading.Event:
    # First: whatever a part does at its start is in the log.
    start_logging(settings)
    return until_signal()


def _write_missing_settings(host: str | None, port: int | None) -> None:
    """Write newsletter.toml if nothing says what this machine is: neither a file nor a secret."""
    named = ("NEWSLETTER_CONFIG", "NEWSLETTER_SECRET", "NEWSLETTER_SECRET_FILE")
    if SETTINGS_FILE.exists() or any(name in os.environ for name in named):
        return
    usual = Settings()
    # A host that stands for all addresses is no address that a browser can go to.
    shown = host if host and host not in EVERYWHERE else usual.host
    url_host = f"[{shown}]" if ":" in shown else shown
    text = settings_text(f"http://{url_host}:{port or usual.port}")
    # The next `serve` listens there, too, without being asked.
    listening = {"host": host, "port": port}
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in listening.items() if value]
    write_settings(text + "".join(lines))
    say(f"There was no {SETTINGS_FILE} here. One was written, with a secret of its own: keep it.")


def _ask_for_owner(runtime: Runtime) -> None:
    """Print where the first owner begins, with the code for it; nothing once there is an owner."""
    if not runtime.database.read(has_owner):
        code = runtime.first_code.make()
        url = f"{runtime.settings.public_url.rstrip('/')}/desk/start/owner"
        say(f"Nobody owns this installation yet. Open {url} and type this code: {code}")


def _where(settings: Settings) -> str:
    return f"{settings.public_url} (listening on {settings.host}:{settings.port})"


def _stop_at_end_of_input(stop: threading.Event) -> None:
    """The parent holds the other end: when it dies, however it dies, this process ends too."""
    try:
        while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
            pass
    finally:
        stop.set()


def _listening(host: str | None, port: int | None) -> Settings:
    settings = read_settings()
    return check(
        dataclasses.replace(
            settings,
            host=host or settings.host,
            port=settings.port if port is None else port,
        )
    )
