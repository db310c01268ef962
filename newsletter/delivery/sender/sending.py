"""Sending: a delivery's edition is made ready, and a slice offers its letters until none is due."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import tzinfo

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from newsletter import logs
from newsletter.clock import Clock
from newsletter.database import Database
from newsletter.delivery.planning import freeze
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.sender.addressing import PreparedEdition, Stationery, prepare_edition
from newsletter.delivery.sender.bookkeeping import JournaledBooks
from newsletter.delivery.sender.grounds import ListImported
from newsletter.delivery.sender.journal import Journal, broken
from newsletter.delivery.sender.slice_settings import UNLIMITED, SliceLimits, SliceSettings
from newsletter.delivery.sender.slices import DRAIN_S, Slice
from newsletter.delivery.settling import set_trouble
from newsletter.editions.models import Edition
from newsletter.errors import NewsletterError
from newsletter.host.guard import NO_GUARD, DatabaseDisagrees, SendersGuard
from newsletter.issues.models import Issue
from newsletter.mail.pace import LOOK, FirstLook, Silence
from newsletter.mail.routes import Relays, relays_for
from newsletter.mail.signing import Signers
from newsletter.publications.models import Letterhead
from newsletter.publications.reading import read_publication
from subscribers.models import Import

log = logging.getLogger(__name__)
OnSettled = Callable[[int], None]
UNFORESEEN = (
    "Sending stopped by an error that nobody foresaw ({}), and is tried again. "
    "The log has the whole of it."
)


class Sender:
    """What sends: relays, what letters are made with, journals, and the database between them.

    Each slice begins a journal of its own. One that failed leaves it with its claims, as a sender
    does that dies: then whoever settles dead senders settles them (docs/adr/0033).
    """

    def __init__(
        self,
        database: Database,
        relays: Relays,
        stationery: Stationery,
        *,
        clock: Clock,
        new_journal: Callable[[], Journal],
        guard: SendersGuard = NO_GUARD,
    ) -> None:
        self.database = database
        self.relays = relays
        self.stationery = stationery
        self.clock = clock
        self.new_journal = new_journal
        self._signers = Signers(stationery.keys)
        self._silences: defaultdict[int, Silence] = defaultdict(Silence)  # by delivery
        self.guard = guard
        self.stopping = False  # once set, nothing more is taken

    async def deliver(
        self,
        delivery_id: int,
        limits: SliceLimits = UNLIMITED,
        on_settled: OnSettled = lambda _: None,
    ) -> None:
        """Offer what is due until nothing of the delivery is, or by `limits` the slice is over.

        `on_settled` hears how many messages each transaction settled. What waits for a later
        attempt is left waiting. Raises NotOffered or LoginRefused when a relay fails, and
        DatabaseDisagrees if the database is not the one that this host remembers.
        """
        await asyncio.to_thread(self.guard.require)
        with logs.about(delivery=delivery_id):
            failure = await self._send(delivery_id, limits, on_settled)
        if failure:
            raise failure

    async def _send(
        self,
        delivery_id: int,
        limits: SliceLimits,
        on_settled: OnSettled,
    ) -> NewsletterError | None:
        """Plan and run a slice. What fails is on the delivery when this returns or raises it."""
        try:
            if await self._freeze(delivery_id):
                return await self._run_slice(delivery_id, limits, on_settled)
        except DatabaseDisagrees:
            raise  # it is no matter of one delivery: all pages say it
        except Exception as error:
            await self._note(delivery_id, error)
            raise
        return None

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
        limits: SliceLimits,
        on_settled: OnSettled,
    ) -> NewsletterError | None:
        prepared, is_looked_at = await asyncio.to_thread(
            self.database.read,
            prepare_delivery,
            self,
            delivery_id,
        )
        first = FirstLook(0 if is_looked_at else LOOK)
        settings = self.slice_settings(prepared, limits, self._silences[delivery_id])
        with self._books(delivery_id, prepared.issue_id) as books:
            slice_ = Slice(
                settings,
                books,
                prepared,
                first,
                on_settled,
            )
            log.info("The letters that are due go to the relay")
            try:
                return await slice_.run()
            finally:
                log.info("The slice ended; it settled %d messages", slice_.settled)

    @contextmanager
    def _books(self, delivery_id: int, issue_id: int) -> Iterator[JournaledBooks]:
        """Give the books of one slice; a journal with open claims is left for who settles them."""
        try:
            journal = self.new_journal()
        except OSError as error:
            raise broken(error) from error
        sent = self.guard.issue_log(issue_id)
        books = JournaledBooks(
            self.database,
            delivery_id,
            journal,
            self.clock,
            sent,
        )
        try:
            yield books
        finally:
            books.end()
            journal.close()

    def slice_settings(
        self,
        prepared: PreparedEdition,
        limits: SliceLimits = UNLIMITED,
        silence: Silence | None = None,
    ) -> SliceSettings:
        """Return where the letters of an edition go."""
        most = self.relays.connections
        return SliceSettings(
            relays=relays_for(prepared.publication, self.relays.routes, self.relays.usual),
            connections=max(1, most // limits.shared_by),
            clock=self.clock,
            signers=self._signers,
            is_stopping=lambda: self.stopping or limits.is_over(),
            at_most_s=limits.at_most_s,
            silence=silence or Silence(),
        )

    async def _note(self, delivery_id: int, error: Exception) -> None:
        """Say on the delivery what stopped it, if the database takes that."""
        is_foreseen = isinstance(error, NewsletterError)
        trouble = str(error) if is_foreseen else UNFORESEEN.format(type(error).__name__)
        with suppress(SQLAlchemyError):
            await asyncio.to_thread(
                self.database.write,
                set_trouble,
                delivery_id,
                trouble,
            )


def prepare_delivery(
    session: Session, sender: Sender, delivery_id: int
) -> tuple[PreparedEdition, bool]:
    """Make a delivery's edition ready; also: were its first letters looked at."""
    delivery = read_delivery(session, delivery_id)
    publication = read_publication(session, delivery.publication_id)
    zone = publication.zone
    urls = sender.stationery.urls.of(publication)
    prepared = prepare_edition(
        Letterhead(**delivery.letterhead),  # not the publication's, which may be another by now
        session.get_one(Edition, delivery.edition_id),
        session.get_one(Issue, delivery.issue_id).number,
        replace(sender.stationery, urls=urls),
        now=sender.clock.now(),
        tracking=delivery.tracking,
        imports=_read_imports(session, delivery.publication_id, zone),
        zone=zone,
    )
    return prepared, delivery.looked_at is not None


def _read_imports(
    session: Session,
    publication_id: int,
    zone: tzinfo,
) -> Mapping[int, ListImported]:
    """Return the imports of a publication by their ids, as letters tell of them."""
    facts = select(col(Import.id), col(Import.started_at), col(Import.source))
    theirs = facts.where(Import.publication_id == publication_id)
    return {
        key: ListImported(started_at.astimezone(zone).date(), source)
        for key, started_at, source in session.connection().execute(theirs)
        if key is not None
    }
