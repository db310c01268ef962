"""The account of a delivery: considered = excluded + messages, always.

It is counted from the rows. That of a finished delivery is kept in its row: nothing changes it but
a person who has uncertain messages sent again, or who adopts the database. Both let it be counted
again (docs/adr/0035).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, func, select

from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.errors import NotFound


class LedgerBroken(RuntimeError):
    """The account of a delivery does not add up: a defect of ours, so nothing is sent on it."""


class NoDelivery(NotFound):
    """There is no delivery of this issue yet."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Counts of people, derived from the rows when asked."""

    considered: int
    excluded: Mapping[str, int]  # by reason
    messages: Mapping[str, int]  # by status

    @property
    def recipients(self) -> int:
        """Those who get the issue, or would have: one message each."""
        return sum(self.messages.values())

    @property
    def exclusions(self) -> int:
        """Those who do not get it, for whatever reason."""
        return sum(self.excluded.values())

    @property
    def unaccounted(self) -> int:
        """Those of whom no row tells: 0, or the ledger is broken."""
        return self.considered - self.exclusions - self.recipients


def read_ledger(session: Session, delivery_id: int) -> Ledger:
    """Return the account of a delivery. Raises NoDelivery; LedgerBroken if it does not add up."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    return ledger_of(session, delivery)


def ledger_of(session: Session, delivery: Delivery) -> Ledger:
    """Return the account of a delivery: the one that is kept, or else counted.

    Raises LedgerBroken if it does not add up.
    """
    kept = delivery.account
    if delivery.status != "finished" or kept is None:
        return count_ledger(session, delivery)
    ledger = Ledger(delivery.considered, kept["excluded"], kept["messages"])
    return checked_ledger(delivery.key, ledger)


def count_ledger(session: Session, delivery: Delivery) -> Ledger:
    """Count the account of a delivery from its rows. Raises LedgerBroken."""
    return checked_ledger(
        delivery.key,
        Ledger(
            delivery.considered,
            count_exclusions(session, delivery.key),
            _count_by(session, Message.status, delivery.key),
        ),
    )


def keep_ledger(session: Session, delivery: Delivery) -> None:
    """Count the account of a delivery and keep it. Raises LedgerBroken.

    The caller holds the delivery's row, and no message of it is open.
    """
    ledger = count_ledger(session, delivery)
    delivery.account = {"excluded": dict(ledger.excluded), "messages": dict(ledger.messages)}


def count_exclusions(session: Session, delivery_id: int) -> dict[str, int]:
    """Return how many were excluded, by reason."""
    return _count_by(session, Exclusion.reason, delivery_id)


def _count_by(
    session: Session,
    column: str,
    delivery_id: int,
) -> dict[str, int]:
    """Return how many of a delivery's rows have each value of a column."""
    query = select(column, func.count()).filter_by(delivery_id=delivery_id).group_by(column)
    return dict(session.exec(query).all())


def checked_ledger(delivery_id: int, ledger: Ledger) -> Ledger:
    """Return the account if it adds up; raises LedgerBroken."""
    if ledger.unaccounted:
        raise LedgerBroken(f"delivery {delivery_id}: {ledger}")
    return ledger
