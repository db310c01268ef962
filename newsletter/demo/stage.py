"""The stage: a folder, a database, local feeds, a local inbox, and the service between them."""

import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Select, inspect, literal, select, table

from newsletter.database import Database
from newsletter.demo import feeds, pages, sample
from newsletter.demo.clock import StoryClock
from newsletter.demo.inbox import Inbox, free_port
from newsletter.errors import Conflict, NotFound
from newsletter.runtime import Runtime, open_runtime, opening
from newsletter.serving.pages import in_one_process
from newsletter.setting_checks import check_database_url
from newsletter.settings import Settings

OF_PEOPLE = ("publication", "editor", "subscriber")
SECRET = "the demo's secret signs nothing that lasts"

Say = Callable[[str], None]
Documents = tuple[Mapping[str, str], Mapping[str, feeds.Body]]  # titles and bodies, by path


class DatabaseInUse(Conflict):
    """This database has a publication or an editor. The demo plays on an empty one only: it would
    leave its sample readers there, and a login whose password everybody knows."""


class NoFeeds(NotFound):
    """There are no .xml feeds in that folder."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The service with its feeds and its inbox; `say` hears each step in one sentence."""

    runtime: Runtime
    clock: StoryClock
    inbox: Inbox
    feeds: Mapping[str, str]  # address → title
    readers: int
    start: datetime
    folder: Path
    say: Say

    @property
    def database(self) -> Database:
        return self.runtime.database

    def now(self) -> datetime:
        """The time of the story."""
        return self.clock.now()


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
    if database_url:
        refuse_in_use(database_url)
    clock = StoryClock(now)
    titles, bodies = _documents(now, folder)
    with (
        tempfile.TemporaryDirectory(prefix="newsletter-demo-") as name,
        _receiving() as inbox,
        pages.serving(inbox) as inbox_url,
        feeds.serving(bodies, clock) as feeds_url,
        open_runtime(
            _settings(Path(name), inbox, port, database_url),
            clock,
        ) as runtime,
        in_one_process(runtime),
    ):
        stage = Stage(
            runtime,
            clock,
            inbox,
            {feeds_url + path: title for path, title in titles.items()},
            readers,
            now,
            Path(name),
            say,
        )
        yield Setting(stage, inbox_url)


def refuse_in_use(database_url: str) -> None:
    """Raise DatabaseInUse, before anything is changed there, or BadSetting for no database URL."""
    check_database_url("--database-url", database_url)
    database = Database(database_url)
    try:
        if database.path and not database.path.exists():
            return
        with opening(database), database.reading() as session:
            names = inspect(session.connection()).get_table_names()
            for name in names:
                # In whatever version it is: it is not brought to ours for a refusal.
                if name in OF_PEOPLE and session.connection().scalar(_first_of(name)):
                    raise DatabaseInUse
    finally:
        database.close()


def _first_of(name: str) -> Select[int]:
    return select(literal(1)).select_from(table(name)).limit(1)


@contextmanager
def _receiving() -> Iterator[Inbox]:
    inbox = Inbox()
    inbox.start()
    try:
        yield inbox
    finally:
        inbox.stop()


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
    now: datetime,
    folder: Path | None,
) -> Documents:
    """Return the sample's documents, or those of a folder. Raises NoFeeds."""
    return _documents_of(folder) if folder else _sample_documents(now + timedelta(days=7))


def _sample_documents(end: datetime) -> Documents:
    documents = sample.feeds(end)
    titles = {path: title for path, (title, _) in documents.items()}
    bodies = {path: _as_of(document) for path, (_, document) in documents.items()}
    bodies["/syndicate.json"] = partial(sample.json_feed, end)
    # The broken feed has no body: a source that fails must not stop the others.
    return titles | {"/syndicate.json": "The Syndicate", "/broken.xml": "A broken feed"}, bodies


def _documents_of(folder: Path) -> Documents:
    files = {f"/{file.name}": file for file in sorted(folder.glob("*.xml"))}
    if not files:
        raise NoFeeds(f"{NoFeeds.__doc__} ({folder})")
    bodies = {path: _as_of(file.read_bytes()) for path, file in files.items()}
    return dict.fromkeys(files, ""), bodies


def _as_of(document: bytes) -> feeds.Body:
    return partial(feeds.as_of, document)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port that a demo had a moment ago is free: its connections only linger.
        probe.setsockopt(
            socket.SOL_SOCKET,
            socket.SO_REUSEADDR,
            1,
        )
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
