"""The speed limits of a publication, as one of its senders keeps them.

An editor sets them (publications/preferences.py), a slice keeps them (mail/pace.py). Each slice of
the publication's deliveries takes an equal share, so that all together keep what was set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from newsletter.delivery.models import Delivery, Message


@dataclass(frozen=True, slots=True)
class SpeedLimits:
    """Letters per second, 0 for as fast as the relay takes them; and the same by domain."""

    letters_per_s: float
    domain_rates: Mapping[str, float]

    def divided_by(self, senders: int) -> "SpeedLimits":
        """Return the share of each of so many senders."""
        rates = {domain: rate / senders for domain, rate in self.domain_rates.items()}
        return SpeedLimits(self.letters_per_s / senders, rates)


def share_limits(
    session: Session,
    limits: SpeedLimits,
    delivery_id: int,
    by: str,
) -> SpeedLimits:
    """Return the share of the sender that signs its claims with `by`."""
    if not limits.letters_per_s and not limits.domain_rates:
        return limits  # nearly always, and nobody has to be counted
    return limits.divided_by(len(_senders(session, delivery_id, by)))


def _senders(session: Session, delivery_id: int, by: str) -> set[str]:
    """Return who sends for the publication now: those with claims, and the one that asks."""
    publication = select(Delivery.publication_id).filter_by(id=delivery_id).scalar_subquery()
    deliveries = select(Delivery.id).filter_by(publication_id=publication, status="sending")
    claimed = select(Message.claimed_by).filter_by(status="claimed").distinct()
    return {by, *session.exec(claimed.where(col(Message.delivery_id).in_(deliveries)))}
