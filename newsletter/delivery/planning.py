"""Planning: freeze the audience of an approved issue into one row per recipient, in slices.

`plan` opens the delivery in the caller's transaction. `freeze` then writes the rows, a slice in each short transaction, so
that nobody waits for a write lock and a process that dies is carried on from where it was.
"""

from datetime import datetime

from sqlalchemy import Insert, Select, insert, inspect, literal
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from newsletter.database import Database
from newsletter.delivery.activity import audience_condition
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.delivery.reading import delivery_of_issue, read_delivery
from newsletter.delivery.status import WAITING
from newsletter.editions.models import Edition
from newsletter.errors import Refused
from newsletter.issues import approval
from newsletter.issues.reading import read_issue
from newsletter.jobs import remind_delivery
from newsletter.publications.models import Publication
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    count_considered,
    last_subscriber_id,
    recipients_query,
)
from subscribers.audiences.filters import filter_from_row
from subscribers.models import Subscriber, Subscription, Suppression

SLICE = 20_000  # subscriber ids of one transaction


class NotApproved(Refused):
    """This issue is not approved, so it is not sent."""

    hint = "`newsletter approve` approves what was printed."


def plan(session: Session, issue_id: int, now: datetime) -> Delivery:
    """Return the delivery of an issue, opening it if there is none: asking twice opens one. Raises NotApproved."""
    existing = delivery_of_issue(session, issue_id)
    if existing is not None:
        return existing
    issue = read_issue(session, issue_id)
    edition = _approved_edition(session, issue_id)
    delivery = Delivery(
        issue_id=issue_id,
        edition_id=edition.key,
        publication_id=issue.publication_id,
        status="sending",
        considered=0,
        plan_through=last_subscriber_id(session),
        planned_at=now,
        tracking=session.get_one(Publication, issue.publication_id).tracking,
    )
    session.add(delivery)
    approval.mark_sent(session, issue_id, now)
    session.flush()
    remind_delivery(session, delivery.key)
    return delivery


def freeze(database: Database, delivery_id: int) -> bool:
    """Write what is missing of the audience; everyone considered gets a message or an exclusion with its reason.

    True when all of it is there; False if another process is at it, or the delivery was paused or stopped meanwhile.
    """
    if not database.read(_missing, delivery_id):
        return True
    database.analyse(Subscriber, Subscription, Suppression)
    while database.read(_missing, delivery_id):
        with database.alone("planning") as held:
            if not held or not database.write_as_of(_freeze_slice, delivery_id):
                return False
    database.analyse(Message)
    return True


def is_planned(delivery: Delivery) -> bool:
    """True if the audience is frozen as a whole."""
    return delivery.planned_through >= delivery.plan_through


def has_work(session: Session, delivery_id: int, now: datetime) -> bool:
    """True if there is something to plan or to offer now."""
    due = select(Message.id).where(
        col(Message.delivery_id) == delivery_id,
        col(Message.status).in_(WAITING),
        col(Message.due_at) <= now,
    )
    return (
        not is_planned(read_delivery(session, delivery_id))
        or session.exec(due.limit(1)).first() is not None
    )


def _missing(session: Session, delivery_id: int) -> int:
    delivery = session.get_one(Delivery, delivery_id)
    return max(0, delivery.plan_through - delivery.planned_through)


def _freeze_slice(session: Session, delivery_id: int) -> bool:
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.status != "sending":
        return False
    through = min(delivery.planned_through + SLICE, delivery.plan_through)
    here = (delivery.publication_id, delivery.planned_through, through)
    delivery.considered += count_considered(session, *here)
    wanted = _wanted(session, delivery)
    session.execute(_messages(delivery, recipients_query(*here, wanted)))
    session.execute(_exclusions(delivery, considered_query(*here, wanted)))
    delivery.planned_through = through
    session.flush()
    if is_planned(delivery):
        read_ledger(session, delivery_id)
    return True


def _wanted(session: Session, delivery: Delivery) -> AudienceRule:
    issue, at = read_issue(session, delivery.issue_id), delivery.planned_at
    kept = issue.audience.get("filter")
    if not isinstance(kept, dict):
        return AudienceRule(at, issue.frequency)
    return AudienceRule(
        at,
        issue.frequency,
        audience_condition(
            session,
            session.get_one(Publication, delivery.publication_id),
            filter_from_row(kept),
            at,
        ),
    )


def _messages(delivery: Delivery, people: Select[int, str, str, datetime | None]) -> Insert:
    """One row for each who gets the issue."""
    given = {
        "delivery_id": delivery.id,
        "issue_id": delivery.issue_id,
        "status": "planned",
        "attempts": 0,
        "due_at": delivery.planned_at,
        "claimed_by": "",
        "enhanced": "",
        "reply": "",
    }
    copied = people.selected_columns.keys()
    rows = people.add_columns(
        *(literal(value, inspect(Message).columns[name].type) for name, value in given.items())
    )
    return insert(Message).from_select([*copied, *given], rows, include_defaults=False)


def _exclusions(delivery: Delivery, people: Select[int, str | None]) -> Insert:
    """One row for each who was considered and does not get the issue."""
    one = people.subquery()
    rest = sa_select(literal(delivery.id), one.c.subscriber_id, one.c.exclusion).where(
        one.c.exclusion.is_not(None)
    )
    return insert(Exclusion).from_select(["delivery_id", "subscriber_id", "reason"], rest)


def _approved_edition(session: Session, issue_id: int) -> Edition:
    yes = approval.in_force(session, issue_id)
    if yes is None:
        raise NotApproved
    edition = session.exec(
        select(Edition).where(col(Edition.checksum) == yes.checksum)
    ).one_or_none()
    if edition is None or edition.issue_id != issue_id:
        raise NotApproved(
            "The approved edition is not there any more. Print and approve the issue again."
        )
    return edition
