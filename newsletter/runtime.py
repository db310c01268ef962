"""The composition root: settings in, a working application out. It wires, and holds no rules."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from newsletter.clock import Clock, SystemClock
from newsletter.database import Database
from newsletter.delivery.sending import Sender
from newsletter.gathering.fetching import Limits
from newsletter.mail.relay import RelayAddress, read_address
from newsletter.migrations.running import upgrade
from newsletter.schedule.ticking import Ticker
from newsletter.settings import Settings
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
    limits: Limits = field(default_factory=Limits)

    def sender(self, name: str) -> Sender:
        """Return a sender that signs its claims with `name`."""
        return Sender(
            self.database,
            self.relay,
            connections=self.settings.relay_connections,
            clock=self.clock,
            signer=self.signer,
            urls=self.urls,
            name=name,
        )

    def ticker(self, said: Callable[[str], None] = lambda _: None) -> Ticker:
        """Return what carries out the schedule."""
        return Ticker(self.database, self.clock, self.urls, self.limits, said)


@contextmanager
def open_runtime(settings: Settings, clock: Clock | None = None) -> Iterator[Runtime]:
    """Open the database, upgraded to this version, and everything that hangs on it; closed at the end."""
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    try:
        yield Runtime(
            settings=settings,
            database=database,
            clock=clock or SystemClock(),
            signer=Signer(settings.secret),
            urls=Urls(settings.public_url),
            relay=read_address(settings.relay_url),
            limits=Limits(allow_private=settings.allow_private_sources),
        )
    finally:
        database.close()
