"""The account of a delivery: considered = excluded + messages, always."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.errors import NotFound


class LedgerBroken(RuntimeError):
    """The account of a delivery does not add up: a defect of ours, so nothing is sent on it."""


class NoDelivery(NotFound):
    """There is no delivery of this issue yet."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Counts, derived from the rows when asked."""

    considered: int
    excluded: Mapping[str, int]
    messages: Mapping[str, int]

    @property
    def recipients(self) -> int:
        return sum(self.messages.values())

    @property
    def unaccounted(self) -> int:
        return self.considered - sum(self.excluded.values()) - self.recipients


def read_ledger(session: Session, delivery_id: int) -> Ledger:
    """Return the account of a delivery. Raises LedgerBroken if it does not add up."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    messages = session.exec(
        select(Message.status, func.count())
        .where(col(Message.delivery_id) == delivery_id)
        .group_by(Message.status)
    )
    return checked_ledger(
        delivery_id,
        Ledger(delivery.considered, count_exclusions(session, delivery_id), dict(messages.all())),
    )


def count_exclusions(session: Session, delivery_id: int) -> dict[str, int]:
    """Return how many were excluded, by reason."""
    query = select(Exclusion.reason, func.count()).where(col(Exclusion.delivery_id) == delivery_id)
    return dict(session.exec(query.group_by(Exclusion.reason)).all())


def checked_ledger(delivery_id: int, ledger: Ledger) -> Ledger:
    """Return the account if it adds up; raises LedgerBroken."""
    if ledger.unaccounted:
        raise LedgerBroken(f"delivery {delivery_id}: {ledger}")
    return ledger
