"""The composition root: settings in, a working application out. It wires, and holds no rules."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.clock import Clock, SystemClock
from newsletter.database import Database
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.journal import Journal
from newsletter.delivery.sender.sending import Sender
from newsletter.fetching.limits import Limits
from newsletter.letters.sending import Post
from newsletter.lists.thread import ListThread
from newsletter.lists.uploads import Lists, lists_of
from newsletter.mail.dkim import BadKey, SigningKey, read_key
from newsletter.mail.relay import RelayAddress, read_relay_url
from newsletter.mail.routes import BadRoute, Relays, Route, read_routes
from newsletter.migrations.running import upgrade
from newsletter.schedule.ticking import Ticker
from newsletter.settings import BadSetting, Settings
from newsletter.tokens import Signer
from newsletter.urls import Urls


@dataclass(frozen=True, slots=True)
class Runtime:
    """Every real thing, chosen in one place."""

    settings: Settings
    database: Database
    clock: Clock
    signer: Signer
    urls: Urls
    relay: RelayAddress
    routes: Sequence[Route] = ()
    keys: Sequence[SigningKey] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def journals(self) -> Path:
        """The senders' journals: the folder that is set, or else beside the database."""
        if self.settings.journal_folder:
            return Path(self.settings.journal_folder)
        return self.database.beside("journals")

    @property
    def lists(self) -> Lists:
        """The lists that editors sent in, until they are imported."""
        return lists_of(self.database)

    def list_thread(self) -> ListThread:
        """Return what carries these lists in."""
        return ListThread(self.database, self.settings.first_secret, self.lists, self.clock)

    def sender(self, journal: Journal) -> Sender:
        """Return a sender that signs its claims with its journal's name."""
        return Sender(
            self.database,
            Relays(self.relay, self.settings.relay_connections, self.routes),
            Stationery(self.signer, self.urls, self.keys),
            clock=self.clock,
            journal=journal,
        )

    def post(self, name: str) -> Post:
        """Return what small letters are sent with; `name` signs the claims."""
        return Post(self.database, self.relay, self.routes, self.keys, self.clock, self.urls, name)

    def ticker(self) -> Ticker:
        """Return what carries out the schedule."""
        return Ticker(
            self.database,
            self.clock,
            self.urls,
            self.signer,
            self.limits,
            self.settings.summariser,
        )


@contextmanager
def open_runtime(settings: Settings, clock: Clock | None = None) -> Iterator[Runtime]:
    """Upgrade and open the database, and give all that works on it; closed at the end."""
    upgrade(settings.database_url)
    database = Database(settings.database_url, settings.first_secret)
    try:
        yield Runtime(
            settings=settings,
            database=database,
            clock=clock or SystemClock(),
            signer=Signer(settings.secret, settings.older_secrets),
            urls=Urls(settings.public_url),
            relay=read_relay_url(settings.relay_url, settings.relay_token_file),
            routes=_routes(settings.relay_routes),
            keys=read_keys(settings.dkim_keys),
            limits=Limits(
                allow_private=settings.allow_private_sources,
                contact=settings.public_url,
                pages=settings.pages_per_gathering,
            ),
        )
    finally:
        database.close()


def _routes(text: str) -> Sequence[Route]:
    try:
        return read_routes(text)
    except BadRoute as error:
        raise BadSetting(f"relay_routes: {error}") from None


def read_keys(setting: str) -> Sequence[SigningKey]:
    """Read the DKIM keys of a setting: SELECTOR@DOMAIN=FILE, several with commas.

    Raises BadSetting naming the key that cannot be used.
    """
    entries = (entry.strip() for entry in setting.split(","))
    return tuple(_read_key(entry) for entry in entries if entry)


def _read_key(entry: str) -> SigningKey:
    name, _, file = entry.partition("=")
    selector, _, domain = name.partition("@")
    if not (selector and domain and file):
        raise BadSetting(
            f"dkim_keys: expects SELECTOR@DOMAIN=FILE, several with commas, got {entry!r}."
        )
    try:
        return read_key(domain, selector, Path(file).read_bytes())
    except OSError as error:
        raise BadSetting(f"dkim_keys: {file} cannot be read: {error.strerror}.") from None
    except BadKey as error:
        raise BadSetting(f"dkim_keys: {file}: {error}") from None
