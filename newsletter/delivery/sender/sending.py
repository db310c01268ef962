"""Sending: a delivery's edition is made ready, and a slice offers its letters until none is due."""

import asyncio
import logging
from collections.abc import Callable

from sqlmodel import Session

from newsletter import logs
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
from newsletter.publications.models import Letterhead

log = logging.getLogger(__name__)
OnSettled = Callable[[int], None]


class Sender:
    """What sends: relays, what letters are made with, a journal, and the database between them."""

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
        on_settled: OnSettled = lambda _: None,
    ) -> None:
        """Offer what is due until nothing of the delivery is.

        `on_settled` hears how many messages each transaction settled. What waits for a later
        attempt is left waiting. Raises NotOffered or LoginRefused when a relay fails.
        """
        with logs.about(delivery=delivery_id):
            if await self._freeze(delivery_id):
                await self._run_slice(delivery_id, at_most_s, on_settled)

    async def _freeze(self, delivery_id: int) -> bool:
        """Plan what is not planned yet. False if the delivery, or this sender, is not to send."""
        while not await asyncio.to_thread(freeze, self.database, delivery_id):
            delivery = await asyncio.to_thread(self.database.read, read_delivery, delivery_id)
            if self.stopping or delivery.status != "sending":
                return False
            await asyncio.sleep(DRAIN_S)  # another process plans it
        return True

    async def _run_slice(
        self,
        delivery_id: int,
        at_most_s: float,
        on_settled: OnSettled,
    ) -> None:
        prepared, is_looked_at = await asyncio.to_thread(
            self.database.read,
            prepare_delivery,
            self,
            delivery_id,
        )
        first = FirstLook(0 if is_looked_at else LOOK)
        settings = self.slice_settings(prepared, at_most_s)
        slice_ = Slice(
            settings,
            self._books(delivery_id),
            prepared,
            first,
            on_settled,
        )
        log.info("The letters that are due go to the relay")
        try:
            await slice_.run()
        finally:
            log.info("The slice ended; it settled %d messages", slice_.settled)

    def _books(self, delivery_id: int) -> JournaledBooks:
        return JournaledBooks(
            self.database,
            delivery_id,
            self.journal,
            self.clock,
        )

    def slice_settings(
        self, prepared: PreparedEdition, at_most_s: float = float("inf")
    ) -> SliceSettings:
        """Return where the letters of an edition go."""
        return SliceSettings(
            relays=relays_for(prepared.publication, self.relays.routes, self.relays.usual),
            connections=self.relays.connections,
            clock=self.clock,
            is_stopping=lambda: self.stopping,
            at_most_s=at_most_s,
        )


def prepare_delivery(
    session: Session, sender: Sender, delivery_id: int
) -> tuple[PreparedEdition, bool]:
    """Make a delivery's edition ready; also: were its first letters looked at."""
    delivery = read_delivery(session, delivery_id)
    prepared = prepare_edition(
        Letterhead(**delivery.letterhead),  # not the publication's, which may be another by now
        session.get_one(Edition, delivery.edition_id),
        session.get_one(Issue, delivery.issue_id).number,
        sender.stationery,
        now=sender.clock.now(),
        tracking=delivery.tracking,
    )
    return prepared, delivery.looked_at is not None
