"""Sending: what a delivery needs to go out, and slices of it until nothing is due."""

import asyncio
from collections.abc import Callable

from sqlmodel import Session

from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender.addressing import PreparedEdition, Stationery, prepare_edition
from newsletter.delivery.sender.bookkeeping import JournaledBooks
from newsletter.delivery.sender.journal import Journal
from newsletter.delivery.sender.slices import DRAIN_S, Slice, SliceSettings
from newsletter.editions.models import Edition
from newsletter.issues.models import Issue
from newsletter.mail.pace import LOOK, FirstLook
from newsletter.mail.routes import Relays, relays_for
from newsletter.publications.models import Publication


class Sender:
    """What sends: the relays, how many sessions with each, what letters are made with, and the journal."""

    def __init__(
        self,
        database: Database,
        relays: Relays,
        stationery: Stationery,
        *,
        clock: Clock,
        journal: Journal,
    ) -> None:
        self.database = database
        self.relays = relays
        self.stationery = stationery
        self.clock = clock
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
        books = JournaledBooks(self.database, delivery_id, self.journal, self.clock)
        prepared, is_looked_at = await asyncio.to_thread(
            self.database.read, prepare_delivery, self, delivery_id
        )
        first = FirstLook(0 if is_looked_at else LOOK)
        await Slice(
            self.slice_settings(prepared, at_most_s), books, prepared, first, on_settled
        ).run()

    def slice_settings(
        self, prepared: PreparedEdition, at_most_s: float = float("inf")
    ) -> SliceSettings:
        """Return where the letters of an edition go."""
        relays = relays_for(prepared.publication, self.relays.routes, self.relays.usual)
        return SliceSettings(
            relays, self.relays.connections, self.clock, lambda: self.stopping, at_most_s
        )


def prepare_delivery(
    session: Session, sender: Sender, delivery_id: int
) -> tuple[PreparedEdition, bool]:
    """Make a delivery's edition ready for its letters; also: were its first letters looked at."""
    delivery = read_delivery(session, delivery_id)
    publication = session.get_one(Publication, delivery.publication_id)
    edition = session.get_one(Edition, delivery.edition_id)
    number = session.get_one(Issue, delivery.issue_id).number
    prepared = prepare_edition(
        publication,
        edition,
        number,
        sender.stationery,
        now=sender.clock.now(),
        tracking=delivery.tracking,
    )
    return prepared, delivery.looked_at is not None
