"""Planning: freeze the audience of an approved issue into one row per recipient."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, insert, select

from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.delivery.reading import of_issue
from newsletter.editions.models import Edition
from newsletter.errors import Refused
from newsletter.issues import approval
from newsletter.issues.reading import read
from subscribers.audience import Considered, read_audience

ROWS = 5000  # a group of inserts


class NotApproved(Refused):
    """This issue is not approved, so it is not sent. `newsletter approve` approves what was printed."""


def plan(session: Session, issue_id: int, now: datetime) -> Delivery:
    """Return the delivery of an issue, planning it if it is not planned: asking twice plans once.

    Everyone considered gets a message or an exclusion with its reason. Raises NotApproved.
    """
    existing = of_issue(session, issue_id)
    if existing is not None:
        return existing
    issue = read(session, issue_id)
    edition = _approved_edition(session, issue_id)
    considered = read_audience(session, issue.publication_id)
    delivery = _open_delivery(session, issue_id, edition, issue.publication_id, len(considered), now)
    _write_exclusions(session, delivery, considered)
    _write_messages(session, delivery, considered, now)
    approval.mark_sent(session, issue_id, now)
    session.flush()
    read_ledger(session, delivery.id or 0)
    return delivery


def _approved_edition(session: Session, issue_id: int) -> Edition:
    yes = approval.standing(session, issue_id)
    if yes is None:
        raise NotApproved
    edition = session.exec(select(Edition).where(col(Edition.checksum) == yes.checksum)).one_or_none()
    if edition is None or edition.issue_id != issue_id:
        raise NotApproved("The approved edition is not there any more. Print and approve the issue again.")
    return edition


def _open_delivery(session: Session, issue_id: int, edition: Edition, publication_id: int, considered: int, now: datetime) -> Delivery:
    delivery = Delivery(
        issue_id=issue_id,
        edition_id=edition.id or 0,
        publication_id=publication_id,
        status="sending",
        considered=considered,
        planned_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


def _write_exclusions(session: Session, delivery: Delivery, considered: Sequence[Considered]) -> None:
    rows = [
        {"delivery_id": delivery.id, "subscriber_id": one.subscriber_id, "reason": one.exclusion} for one in considered if one.exclusion
    ]
    for start in range(0, len(rows), ROWS):
        session.exec(insert(Exclusion), params=rows[start : start + ROWS])


def _write_messages(session: Session, delivery: Delivery, considered: Sequence[Considered], now: datetime) -> None:
    rows = [
        {
            "delivery_id": delivery.id,
            "issue_id": delivery.issue_id,
            "subscriber_id": one.subscriber_id,
            "address": one.address,
            "name": one.name,
            "confirmed_at": one.confirmed_at,
            "status": "planned",
            "due_at": now,
        }
        for one in considered
        if not one.exclusion
    ]
    for start in range(0, len(rows), ROWS):
        session.exec(insert(Message), params=rows[start : start + ROWS])
