"""Setting the stage: a folder, a database, local feeds, a local inbox, and the running service between them."""

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
from newsletter.demo.story import Said, Stage
from newsletter.errors import NotFound
from newsletter.runtime import open_runtime
from newsletter.serving import in_one_process
from newsletter.settings import Settings

SECRET = "the demo's secret signs nothing that lasts"


class NoFeeds(NotFound):
    """There are no .xml feeds in that folder."""


@dataclass(frozen=True, slots=True)
class Set:
    """The stage, and where to look at it."""

    stage: Stage
    inbox_url: str


@contextmanager
def set_up(
    *, now: datetime, readers: int, folder: Path | None, port: int, database_url: str, said: Said
) -> Iterator[Set]:
    """Set up everything for a story whose first week ends at `now`; taken down at the end."""
    clock = StoryClock(now)
    with ExitStack() as closing:
        home = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="newsletter-demo-")))
        inbox = Inbox()
        inbox.start()
        closing.callback(inbox.stop)
        inbox_url = closing.enter_context(pages.serving(inbox))
        titles, bodies = _bodies(now, folder)
        feeds_url = closing.enter_context(feeds.serving(bodies, clock))
        port = port if port and _is_free(port) else free_port()
        settings = Settings(
            database_url=database_url or f"sqlite:///{home / 'demo.sqlite3'}",
            public_url=f"http://127.0.0.1:{port}",
            secret=SECRET,
            relay_url=f"smtp+plain://127.0.0.1:{inbox.port}",
            port=port,
            allow_private_sources=True,
            pages_per_gathering=0,  # its articles lie at invented addresses
            journal_folder=str(home / "journals"),
        )
        runtime = closing.enter_context(open_runtime(settings, clock))
        closing.enter_context(in_one_process(runtime))
        addresses = {feeds_url + path: title for path, title in titles.items()}
        yield Set(Stage(runtime, clock, inbox, addresses, readers, now, home, said), inbox_url)


def _bodies(
    now: datetime, folder: Path | None
) -> tuple[Mapping[str, str], Mapping[str, feeds.Body]]:
    """Return titles and bodies by path: the sample's, or the feeds of a folder."""
    if folder is not None:
        files = sorted(folder.glob("*.xml"))
        if not files:
            raise NoFeeds(f"{NoFeeds.__doc__} ({folder})")
        documents = {f"/{file.name}": ("", file.read_bytes()) for file in files}
    else:
        documents = sample.feeds(now + timedelta(days=7))
    titles = {path: title for path, (title, _) in documents.items()}
    bodies: dict[str, feeds.Body] = {
        path: _as_of(document) for path, (_, document) in documents.items()
    }
    if folder is None:
        titles |= {"/syndicate.json": "The Syndicate", "/broken.xml": "A broken feed"}
        bodies["/syndicate.json"] = lambda at: sample.json_feed(now + timedelta(days=7), at)
    return titles, bodies


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
