"""Sending: what a delivery needs to go out, and slices of it until nothing is due."""

import asyncio
from collections.abc import Callable, Sequence

from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender.addressing import Prepared, prepare
from newsletter.delivery.sender.holding import JournaledClaims
from newsletter.delivery.sender.journal import Journal
from newsletter.delivery.sender.slices import DRAIN_S, Slice, Ways
from newsletter.editions.models import Edition
from newsletter.issues.models import Issue
from newsletter.mail.dkim import SigningKey
from newsletter.mail.pace import LOOK, FirstLook
from newsletter.mail.relay import RelayAddress
from newsletter.mail.routes import Route, relays_for
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls


class Sender:
    """What sends: the relays, how many sessions with each, what letters are made with, and the journal."""

    def __init__(
        self,
        database: Database,
        relay: RelayAddress,
        *,
        connections: int,
        clock: Clock,
        signer: Signer,
        urls: Urls,
        keys: Sequence[SigningKey],
        journal: Journal,
        routes: Sequence[Route] = (),
    ) -> None:
        self.database = database
        self.relay = relay
        self.routes = routes
        self.connections = connections
        self.clock = clock
        self.signer = signer
        self.urls = urls
        self.keys = keys
        self.journal = journal
        self.stopping = False  # once set, nothing more is taken

    async def deliver(
        self,
        delivery_id: int,
        *,
        at_most_s: float = float("inf"),
        on_settled: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Offer what is due until nothing of the delivery is; raises NotOffered or LoginRefused when a relay fails.

        `on_settled` hears how many messages each transaction settled. What waits for a later attempt is left waiting.
        """
        while not await asyncio.to_thread(freeze, self.database, delivery_id):
            if (
                self.stopping
                or (await asyncio.to_thread(self.database.read, read_delivery, delivery_id)).status
                != "sending"
            ):
                return
            await asyncio.sleep(DRAIN_S)  # another process plans it
        claims = JournaledClaims(self.database, delivery_id, self.journal, self.clock)
        prepared, is_looked_at = await asyncio.to_thread(
            self.database.read, prepare_delivery, self, delivery_id
        )
        first = FirstLook(0 if is_looked_at else LOOK)
        await Slice(self.ways(prepared, at_most_s), claims, prepared, first, on_settled).run()

    def ways(self, prepared: Prepared, at_most_s: float = float("inf")) -> Ways:
        """Return where the letters of an edition go."""
        relays = relays_for(prepared.publication, self.routes, self.relay)
        return Ways(relays, self.connections, self.clock, lambda: self.stopping, at_most_s)


def prepare_delivery(session: Session, sender: Sender, delivery_id: int) -> tuple[Prepared, bool]:
    """Make a delivery's edition ready for its letters; also: were its first letters looked at."""
    delivery = read_delivery(session, delivery_id)
    publication = session.get_one(Publication, delivery.publication_id)
    edition = session.get_one(Edition, delivery.edition_id)
    number = session.get_one(Issue, delivery.issue_id).number
    prepared = prepare(
        publication,
        edition,
        number,
        keys=sender.keys,
        signer=sender.signer,
        urls=sender.urls,
        now=sender.clock.now(),
        tracking=delivery.tracking,
    )
    return prepared, delivery.looked_at is not None
