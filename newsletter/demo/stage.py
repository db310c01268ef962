"""The stage: a folder, a database, local feeds, a local inbox, and the service between them."""

import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.demo import feeds, pages, sample
from newsletter.demo.clock import StoryClock
from newsletter.demo.inbox import Inbox, free_port
from newsletter.demo.story import Say, Stage
from newsletter.errors import NotFound
from newsletter.runtime import open_runtime
from newsletter.serving import in_one_process
from newsletter.settings import Settings

SECRET = "the demo's secret signs nothing that lasts"


class NoFeeds(NotFound):
    """There are no .xml feeds in that folder."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The stage, and the address of the inbox's page."""

    stage: Stage
    inbox_url: str


@contextmanager
def set_up(
    *,
    now: datetime,
    readers: int,
    folder: Path | None,
    port: int,
    database_url: str,
    say: Say,
) -> Iterator[Setting]:
    """Set up everything for a story whose first week ends at `now`; taken down at the end."""
    clock = StoryClock(now)
    with ExitStack() as closing:
        home = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="newsletter-demo-")))
        inbox = Inbox()
        inbox.start()
        closing.callback(inbox.stop)
        inbox_url = closing.enter_context(pages.serving(inbox))
        titles, bodies = _documents(now, folder)
        feeds_url = closing.enter_context(feeds.serving(bodies, clock))
        settings = _settings(home, inbox, port, database_url)
        runtime = closing.enter_context(open_runtime(settings, clock))
        closing.enter_context(in_one_process(runtime))
        addresses = {feeds_url + path: title for path, title in titles.items()}
        yield Setting(Stage(runtime, clock, inbox, addresses, readers, now, home, say), inbox_url)


def _settings(
    home: Path,
    inbox: Inbox,
    port: int,
    database_url: str,
) -> Settings:
    if not port or not _is_free(port):
        port = free_port()
    return Settings(
        database_url=database_url or f"sqlite:///{home / 'demo.sqlite3'}",
        public_url=f"http://127.0.0.1:{port}",
        secret=SECRET,
        relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
        port=port,
        allow_private_sources=True,
        pages_per_gathering=0,  # the sample's articles have invented addresses
        journal_folder=str(home / "journals"),
    )


def _documents(
    now: datetime, folder: Path | None
) -> tuple[Mapping[str, str], Mapping[str, feeds.Body]]:
    """Return titles and bodies by path: the sample's, or those of a folder. Raises NoFeeds."""
    if folder is not None:
        return _documents_of(folder)
    end = now + timedelta(days=7)
    documents = sample.feeds(end)
    titles = {path: title for path, (title, _) in documents.items()}
    bodies = {path: _as_of(document) for path, (_, document) in documents.items()}
    titles |= {"/syndicate.json": "The Syndicate", "/broken.xml": "A broken feed"}
    bodies["/syndicate.json"] = lambda at: sample.json_feed(end, at)
    return titles, bodies


def _documents_of(folder: Path) -> tuple[Mapping[str, str], Mapping[str, feeds.Body]]:
    files = {f"/{file.name}": file for file in sorted(folder.glob("*.xml"))}
    if not files:
        raise NoFeeds(f"{NoFeeds.__doc__} ({folder})")
    bodies = {path: _as_of(file.read_bytes()) for path, file in files.items()}
    return dict.fromkeys(files, ""), bodies


def _as_of(document: bytes) -> feeds.Body:
    return lambda at: feeds.as_of(document, at)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
