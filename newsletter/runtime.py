"""The composition root: settings in, a working application out. It wires, and holds no rules.

Each part is imported when it is made: a command that only reads rows waits for no mail, no feeds
and no scheduler.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DatabaseError

from newsletter.clock import Clock, SystemClock
from newsletter.database import Database
from newsletter.desk import deeds
from newsletter.desk.first_code import FirstCode
from newsletter.errors import Unavailable
from newsletter.fetching.limits import Limits
from newsletter.host.guard import HostGuard
from newsletter.host.private import shut, with_contents
from newsletter.migrations.head import is_at_head
from newsletter.setting_checks import BadSetting
from newsletter.settings import Settings, config_file
from newsletter.tokens import Signer
from newsletter.urls import Urls

if TYPE_CHECKING:
    from newsletter.delivery.sender.sending import Sender
    from newsletter.letters.sending import Post
    from newsletter.lists.thread import ListThread
    from newsletter.lists.uploads import Lists
    from newsletter.mail.dkim import SigningKey
    from newsletter.mail.routes import Relays
    from newsletter.schedule.asked_gathering import Gatherings
    from newsletter.schedule.ticking import Ticker


OF_JOURNALS = ("*.journal", "home", "memory*", "sent", "sent/*.sent")


class NoDatabase(Unavailable):
    """The database cannot be opened: see database_url in newsletter.toml, and that it runs."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Every real thing, chosen in one place."""

    settings: Settings
    database: Database
    clock: Clock
    signer: Signer
    urls: Urls  # of the first publication; `urls.of(publication)` gives those of any
    guard: HostGuard
    keys: Sequence["SigningKey"] = ()
    limits: Limits = field(default_factory=Limits)
    first_code: FirstCode = field(default_factory=FirstCode)  # fits nothing until it is made

    @property
    def journals(self) -> Path:
        """The senders' journals: the folder that is set, or else beside the database."""
        return _journals_of(self.settings, self.database)

    @property
    def themes(self) -> Path:
        """The operator's themes: the folder that is set, or else one beside newsletter.toml."""
        return Path(self.settings.themes_folder or config_file().parent / "themes")

    @property
    def lists(self) -> "Lists":
        """The lists that editors sent in, until they are imported."""
        from newsletter.lists.uploads import lists_of

        return lists_of(self.database)

    def list_thread(self) -> "ListThread":
        """Return what carries these lists in."""
        from newsletter.lists.thread import ListThread

        return ListThread(
            self.database,
            self.settings.first_secret,
            self.lists,
            self.clock,
        )

    def sender(self) -> "Sender":
        """Return a sender whose slices keep their journals in the folder of journals."""
        from newsletter.delivery.sender.addressing import Stationery
        from newsletter.delivery.sender.journal import begin
        from newsletter.delivery.sender.sending import Sender

        return Sender(
            self.database,
            read_relays(self.settings),
            Stationery(self.signer, self.urls, self.keys, self.settings.leave_mailbox),
            clock=self.clock,
            new_journal=lambda: begin(self.journals),
            guard=self.guard,
        )

    def post(
        self,
        name: str,
    ) -> "Post":
        """Return what small letters are sent with; `name` signs the claims."""
        from newsletter.letters.sending import Post

        relays = read_relays(self.settings)
        return Post(
            self.database,
            relays.usual,
            relays.routes,
            self.keys,
            self.clock,
            self.urls,
            name,
            self.guard,
        )

    def gatherings(self) -> "Gatherings":
        """Return what gathers when an editor asks for it."""
        from newsletter.schedule.asked_gathering import Gatherings

        return Gatherings(self.database, self.clock, self.limits)

    def ticker(self) -> "Ticker":
        """Return what carries out the schedule."""
        from newsletter.schedule.ticking import Ticker

        return Ticker(
            self.database,
            self.clock,
            self.urls,
            self.signer,
            self.limits,
            self.settings.summariser,
            self.keys,
            self.guard,
        )


@contextmanager
def open_runtime(
    settings: Settings,
    clock: Clock | None = None,
) -> Iterator[Runtime]:
    """Upgrade and open the database, and give all that works on it; closed at the end."""
    # A slip in these settings is refused at the start, not when the first letter waits.
    if settings.relay_routes:
        read_relays(settings)
    keys = read_keys(settings.dkim_keys)
    database = Database(settings.database_url, settings.first_secret)
    database.watcher = deeds.watch
    clock = clock or SystemClock()
    try:
        _bring_to_head(database)
        _shut_files(settings, database)
        yield Runtime(
            settings=settings,
            database=database,
            clock=clock,
            signer=Signer(settings.secret, settings.older_secrets),
            urls=Urls(settings.public_url),
            guard=_guard_of(
                settings,
                database,
                clock,
            ),
            keys=keys,
            limits=_limits_of(settings),
        )
    finally:
        database.close()


def _bring_to_head(database: Database) -> None:
    """Upgrade a database of an older version. Alembic is loaded only then. Raises NoDatabase."""
    with opening(database):
        if not database.read(is_at_head):
            from newsletter.migrations.running import upgrade

            upgrade(database.url)


def require_answer(database_url: str) -> None:
    """Raise NoDatabase unless a database answers there."""
    database = Database(database_url)
    try:
        with opening(database):
            database.read(is_at_head)
    finally:
        database.close()


@contextmanager
def opening(database: Database) -> Iterator[None]:
    """Turn what a database says of itself while it is opened into NoDatabase."""
    try:
        yield
    except DatabaseError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise NoDatabase(f"{NoDatabase.__doc__} ({database.hide(reason)})") from None


def _shut_files(
    settings: Settings,
    database: Database,
) -> None:
    """Take other users' rights to what an older version, or somebody, left open to them."""
    shut((config_file(), *database.files()))
    # By their names: where the folder that is set has more in it, that is not ours to change.
    shut(with_contents(_journals_of(settings, database), OF_JOURNALS))
    shut(with_contents(database.beside("imports"), ("*",)))


def _journals_of(
    settings: Settings,
    database: Database,
) -> Path:
    if settings.journal_folder:
        return Path(settings.journal_folder)
    return database.beside("journals")


def _guard_of(
    settings: Settings,
    database: Database,
    clock: Clock,
) -> HostGuard:
    """Return what compares the database with the journals' folder."""
    folder = _journals_of(settings, database)

    def name() -> str:
        from newsletter.delivery.sender.journal import home_of

        return home_of(folder)

    return HostGuard(
        database,
        clock,
        folder,
        name,
    )


def _limits_of(settings: Settings) -> Limits:
    """Return what fetching may take, as the settings say."""
    return Limits(
        allow_private=settings.allow_private_sources,
        contact=settings.public_url,
        pages=settings.pages_per_gathering,
    )


def read_relays(settings: Settings) -> "Relays":
    """Read the relays of the settings. Raises BadSetting naming the key that cannot be used."""
    from newsletter.mail.relay import read_relay_url
    from newsletter.mail.routes import BadRoute, Relays, read_routes

    usual = read_relay_url(settings.relay_url, settings.relay_token_file)
    try:
        routes = read_routes(settings.relay_routes)
    except BadRoute as error:
        raise BadSetting(f"relay_routes: {error}") from None
    return Relays(
        usual,
        settings.relay_connections,
        routes,
    )


def read_keys(setting: str) -> Sequence["SigningKey"]:
    """Read the DKIM keys of a setting: SELECTOR@DOMAIN=FILE, several with commas.

    Raises BadSetting naming the key that cannot be used.
    """
    entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
    return tuple(_read_key(place, entry) for place, entry in enumerate(entries, 1))


def _read_key(
    place: int,
    entry: str,
) -> "SigningKey":
    """Read one key of the setting. Raises BadSetting."""
    from newsletter.mail.dkim import BadKey, read_key

    name, _, file = entry.partition("=")
    selector, _, domain = name.partition("@")
    if not (selector and domain and file):
        raise BadSetting(
            f"dkim_keys: key {place}: expects SELECTOR@DOMAIN=FILE, several with commas."
        )
    try:
        return read_key(
            domain,
            selector,
            Path(file).read_bytes(),
        )
    except OSError as error:
        raise BadSetting(
            f"dkim_keys: the file of key {place} cannot be read: {error.strerror}."
        ) from None
    # A key in the place of its file's name is a name too long, or with a line break.
    except ValueError:
        raise BadSetting(f"dkim_keys: the file of key {place} has no name of a file.") from None
    except BadKey as error:
        raise BadSetting(f"dkim_keys: the file of key {place}: {error}") from None
