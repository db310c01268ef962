"""A site with an issue that was sent: the links of its letters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.delivery.models import Message
from newsletter.delivery.planning import freeze
from newsletter.tokens import pair
from subscribers.leaving.unsubscribing import latest_leave
from subscribers.models import Leave, Subscriber, Subscription
from tests.delivery.rig import planned_in
from tests.web.asking import Site, site


@dataclass
class Sent:
    """One issue, accepted for each of these readers at `at`."""

    site: Site
    issue_id: int
    at: datetime

    def token(self, address: str) -> str:
        subscriber = self.site.runtime.database.read(_subscriber, address)
        return self.site.runtime.signer.sign("letter", pair(self.issue_id, subscriber.key))

    def subscription(self, address: str) -> Subscription:
        return self.site.runtime.database.read(_subscription, self.site.key, address)

    def status(self, address: str) -> str:
        return self.subscription(address).status

    def left(self, address: str) -> Leave:
        found = self.site.runtime.database.read(latest_leave, self.subscription(address).key)
        assert found is not None
        return found


@contextmanager
def sent(database_url: str, at: datetime, *addresses: str) -> Iterator[Sent]:
    with site(database_url, at) as one:
        with one.runtime.database.writing() as session:
            delivery = planned_in(session, one.key, *addresses)
        freeze(one.runtime.database, delivery.key)
        with one.runtime.database.writing() as session:
            session.exec(update(Message).values(status="accepted", settled_at=at))
        yield Sent(one, delivery.issue_id, at)


def _subscriber(session: Session, address: str) -> Subscriber:
    return session.exec(select(Subscriber).where(col(Subscriber.address) == address)).one()


def _subscription(session: Session, publication_id: int, address: str) -> Subscription:
    query = select(Subscription).where(
        col(Subscription.subscriber_id) == _subscriber(session, address).key,
        col(Subscription.publication_id) == publication_id,
    )
    return session.exec(query).one()
