"""A delivery in a database, an inbox to receive it, and a sender between them."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from newsletter.clock import SetClock
from newsletter.database import Database
from newsletter.delivery.dead_senders import settle_dead_senders
from newsletter.delivery.leaving import leave
from newsletter.delivery.ledger import Ledger, read_ledger
from newsletter.delivery.letter_links import reader_by_letter_token
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import freeze, plan
from newsletter.delivery.sender import journal, running
from newsletter.delivery.sender.addressing import Stationery
from newsletter.delivery.sender.sending import Sender
from newsletter.demo.inbox import Inbox
from newsletter.editions.printing import print_edition
from newsletter.formats.found import Found
from newsletter.gathering import sources
from newsletter.gathering.articles import store_found
from newsletter.gathering.sources import NewSource
from newsletter.issues import approval
from newsletter.issues.proposing import propose
from newsletter.lists.importing import import_file
from newsletter.mail.dkim import SigningKey
from newsletter.mail.relay import read_relay_url
from newsletter.mail.routes import Relays, Route
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.tokens import Signer, pair
from newsletter.urls import Urls
from subscribers.joining import signup
from subscribers.kept.counting import count_by_status
from subscribers.models import Subscriber, Subscription
from tests.delivery.rows_before import rows_of_before
from tests.doubles.relay import Relay
from tests.samples.times import NOON

URLS = Urls("http://news.example")
SIGNER = Signer("a secret of the tests")
FEW = 20  # readers that sign up each by itself, which takes five milliseconds


@dataclass
class Rig:
    """One planned delivery and what can send it."""

    database: Database
    clock: SetClock
    delivery_id: int
    publication: Publication

    @contextmanager
    def sender(
        self,
        inbox: Inbox | Relay,
        connections: int = 2,
        routes: Sequence[Route] = (),
        keys: Sequence[SigningKey] = (),
        leave_mailbox: str = "",
    ) -> Iterator[Sender]:
        with tempfile.TemporaryDirectory() as folder:
            yield self.sender_in(Path(folder), inbox, connections, routes, keys, leave_mailbox)

    def sender_in(
        self,
        folder: Path,
        inbox: Inbox | Relay,
        connections: int = 2,
        routes: Sequence[Route] = (),
        keys: Sequence[SigningKey] = (),
        leave_mailbox: str = "",
    ) -> Sender:
        """A sender whose slices keep their journals in this folder."""
        relay = read_relay_url(f"smtp+plain://127.0.0.1:{inbox.port}")
        return Sender(
            self.database,
            Relays(relay, connections, routes),
            Stationery(SIGNER, URLS, keys, leave_mailbox),
            clock=self.clock,
            new_journal=lambda: journal.begin(folder),
        )

    def settle_dead(self, folder: Path) -> int:
        """Settle what dead senders and failed slices left in this folder."""
        with journal.dead_journals(folder) as pasts:
            return self.database.write(
                settle_dead_senders,
                pasts,
                journal.home_of(folder),
                lambda: journal.journal_names(folder),
                self.clock.now(),
            )

    def send(self, inbox: Inbox | Relay, connections: int = 2) -> Ledger:
        with self.sender(inbox, connections) as sender:
            asyncio.run(sender.deliver(self.delivery_id))
        return self.ledger()

    def ledger(self) -> Ledger:
        return self.database.read(read_ledger, self.delivery_id)

    def messages(self) -> list[Message]:
        return self.database.read(read_messages, self.delivery_id)


def read_messages(session: Session, delivery_id: int) -> list[Message]:
    return list(
        session.exec(
            select(Message).where(col(Message.delivery_id) == delivery_id).order_by(col(Message.id))
        )
    )


@contextmanager
def receiving(delay_s: float = 0.0, refusing: dict[str, str] | None = None) -> Iterator[Inbox]:
    """An inbox that receives until the block ends; `refusing` maps addresses to replies."""
    inbox = Inbox(delay_s=delay_s, refusing=refusing or {})
    inbox.start()
    try:
        yield inbox
    finally:
        inbox.stop()


async def nothing_small() -> int:
    return 0


@contextmanager
def sending(
    rig: Rig,
    inbox: Inbox,
    small: Callable[[], Awaitable[int]] = nothing_small,
    routes: Sequence[Route] = (),
) -> Iterator[None]:
    """The sender's lanes in a thread, as the service runs them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sender = rig.sender_in(folder, inbox, routes=routes)
        life = running.run(sender, small, lambda: _settle(rig, folder))
        thread = threading.Thread(target=asyncio.run, args=(life,))
        thread.start()
        try:
            yield
        finally:
            sender.stopping = True
            thread.join(timeout=30)
            assert not thread.is_alive()


def _settle(rig: Rig, folder: Path) -> None:
    rig.settle_dead(folder)


def until(look: Callable[[], bool]) -> None:
    """Wait for something to be so; thirty seconds are too long."""
    end = time.monotonic() + 30
    while not look():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def leave_by_letter(session: Session, message: Message, rig: Rig) -> bool:
    reader = reader_by_letter_token(session, pair(message.issue_id, message.subscriber_id))
    return leave(session, reader, by="one-click", now=rig.clock.now())


def planned(database: Database, *addresses: str) -> Rig:
    """An approved issue, planned for these readers."""
    with database.writing() as session:
        publication = _open(session)
        delivery = planned_in(session, publication.key, *addresses)
    assert freeze(database, delivery.key)
    return Rig(database, SetClock(NOON), delivery.key, publication)


def planned_beside(rig: Rig, domain: str, *addresses: str) -> Rig:
    """A delivery of a second publication in the same database, sent from that domain."""
    with rig.database.writing() as session:
        publication = open_publication(
            session,
            name=f"The {domain}",
            sender_address=f"editor@{domain}",
            cadence="Tuesday 09:00 UTC",
            postal_address="1 Street",
        )
        delivery = planned_in(session, publication.key, *addresses)
    return Rig(rig.database, rig.clock, delivery.key, publication)


def planned_for_many(database: Database, readers: int, folder: Path) -> int:
    """An issue for so many imported readers, its messages still to be frozen; the delivery's id."""
    rows = folder / "readers.csv"
    rows.write_text(
        "address\n" + "\n".join(f"reader{n}@readers.example" for n in range(readers)), "utf-8"
    )
    with database.writing() as session:
        publication = _open(session)
    import_file(database, publication.key, rows, now=NOON, rejected_path=folder / "rejected.csv")
    with database.writing() as session:
        return planned_in(session, publication.key).key


def _open(session: Session) -> Publication:
    return open_publication(
        session,
        name="The Inference",
        sender_address="editor@inference.example",
        cadence="Tuesday 09:00 UTC",
        postal_address="1 Street",
    )


def planned_in(session: Session, key: int, *addresses: str) -> Delivery:
    """The same in a publication that is there; its messages are still to be frozen."""
    return plan(session, approved_in(session, key, *addresses), NOON)


def approved_in(session: Session, key: int, *addresses: str) -> int:
    """An approved issue with its deadline at noon, and readers; returns its id."""
    if len(addresses) > FEW:
        subscribe_many(session, key, addresses)
    else:
        for address in addresses:
            subscribe(session, key, address)
    publication = session.get_one(Publication, key)
    # An issue says how many readers there were when it was proposed.
    depends_on = f"{publication.model_dump()} {count_by_status(session, key)}"
    return rows_of_before(session, depends_on, partial(_approve, session, key))


def _approve(session: Session, key: int) -> int:
    source = sources.add(session, key, NewSource("https://news.example/feed"))
    words = ("harbor", "court", "robot", "weather")
    at = NOON - timedelta(hours=1)
    store_found(
        session,
        source.key,
        [
            Found(f"https://news.example/{w}", f"A {w} opens", "Dek.", published_at=at)
            for w in words
        ],
        NOON,
    )
    issue = propose(session, key, period="p", due_at=NOON, now=NOON)
    edition = print_edition(session, issue.key, URLS, NOON)
    approval.approve(session, issue.key, edition.checksum, by="test", now=NOON)
    return issue.key


def subscribe(session: Session, publication_id: int, address: str) -> int:
    """Sign up and confirm."""
    key = signup.sign_up(session, publication_id, address, now=NOON).subscription_id
    signup.confirm(session, key, now=NOON)
    return key


def subscribe_many(session: Session, publication_id: int, addresses: Sequence[str]) -> None:
    """The rows that `subscribe` leaves of as many people, in a few statements."""
    people = [Subscriber(address=address, created_at=NOON) for address in addresses]
    session.add_all(people)
    session.flush()
    session.add_all(
        Subscription(
            publication_id=publication_id,
            subscriber_id=person.key,
            status="active",
            joined_at=NOON,
            confirmed_at=NOON,
        )
        for person in people
    )
    session.flush()
