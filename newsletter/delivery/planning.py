"""Planning: freeze the audience of an approved issue into one row per recipient, in slices.

`plan` opens the delivery in the caller's transaction. `freeze` then writes the rows, a slice in
each short transaction: nobody waits long for a write lock, and another process goes on where one
that died was.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, insert, inspect, literal
from sqlmodel import Session, col, func, select, update

from newsletter.clock import AT_ONCE
from newsletter.database import Database
from newsletter.delivery.activity import audience_condition
from newsletter.delivery.claiming import is_due
from newsletter.delivery.ledger import read_ledger
from newsletter.delivery.models import Delivery, Exclusion, Message
from newsletter.delivery.reading import delivery_of_issue, has_message, read_delivery
from newsletter.editions.models import Edition
from newsletter.errors import Refused
from newsletter.host.models import SentLetter
from newsletter.issues import approval
from newsletter.issues.models import Approval, Issue
from newsletter.issues.reading import read_issue, read_issue_to_change
from newsletter.jobs import remind_delivery
from newsletter.publications.models import Publication
from newsletter.statements import lock_table
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    count_considered,
    last_subscriber_id,
    recipients_query,
)
from subscribers.audiences.filters import filter_from_row
from subscribers.models import Subscriber, Subscription, Suppression

log = logging.getLogger(__name__)
SLICE = 20_000  # subscriber ids of one transaction
EDITION_GONE = "The approved edition is not there any more. Print and approve the issue again."


class NotApproved(Refused):
    """This issue is not approved, so it is not sent."""

    hint = "`newsletter approve` approves what was printed."


def plan(session: Session, issue_id: int, now: datetime) -> Delivery:
    """Return the delivery of an issue, opening it if there is none. Raises NotApproved.

    Asking twice opens one: two presses of "send" are one delivery.
    """
    # Locked before the look: of two who ask at once the second waits, and finds the first's.
    read_issue_to_change(session, issue_id)
    return delivery_of_issue(session, issue_id) or _open(session, issue_id, now)


def _open(session: Session, issue_id: int, now: datetime) -> Delivery:
    """Open the delivery of an issue, and remind of it in the same transaction."""
    delivery = _new_delivery(session, issue_id, now)
    session.add(delivery)
    approval.mark_sent(session, issue_id, now)
    session.flush()
    remind_delivery(session, delivery.key)
    return delivery


def _new_delivery(session: Session, issue_id: int, now: datetime) -> Delivery:
    issue = read_issue(session, issue_id)
    approved = _approval(session, issue_id)
    edition = _approved_edition(session, approved)
    publication = session.get_one(Publication, issue.publication_id)
    return Delivery(
        issue_id=issue_id,
        edition_id=edition.key,
        publication_id=issue.publication_id,
        status="sending",
        considered=0,
        # who signs up from now on is not of this audience, however long the freezing takes
        plan_through=last_subscriber_id(session),
        planned_at=now,
        tracking=publication.tracking,
        letterhead=approved.letterhead or asdict(publication.letterhead),
    )


def _approval(session: Session, issue_id: int) -> Approval:
    approved = approval.in_force(session, issue_id)
    if approved is None:
        raise NotApproved
    return approved


def _approved_edition(session: Session, approved: Approval) -> Edition:
    # by its checksum: what is sent is byte for byte what was approved
    query = select(Edition).filter_by(checksum=approved.checksum, issue_id=approved.issue_id)
    edition = session.exec(query).one_or_none()
    if edition is None:
        raise NotApproved(EDITION_GONE)
    return edition


def count_reach(
    session: Session,
    publication: Publication,
    issue: Issue | None,
    now: datetime,
) -> int:
    """Return how many readers an issue would go to if it went out now.

    One that nobody proposed yet (None) is for all who wish for every issue.
    """
    rule = AudienceRule(now)
    if issue is not None:
        rule = AudienceRule(now, issue.frequency, _condition(session, issue, now))
    through = last_subscriber_id(session)
    recipients = recipients_query(publication.key, 0, through, rule).subquery()
    return session.exec(select(func.count()).select_from(recipients)).one()


def freeze(database: Database, delivery_id: int) -> bool:
    """Write what is missing of the audience.

    Everyone considered gets a message, or an exclusion with its reason. True when all of it is
    there; False if another process is at it, or the delivery was paused or stopped meanwhile.
    """
    if not database.read(_missing, delivery_id):
        return True
    # after an import PostgreSQL takes these tables for small, and would plan for hours
    database.analyse(Subscriber, Subscription, Suppression)
    while database.read(_missing, delivery_id):
        with database.alone("planning") as held:
            if not held or not database.write_as_of(_freeze_slice, delivery_id):
                return False
    database.analyse(Message)
    log.info("The audience is frozen", extra={"delivery": delivery_id})
    return True


def _missing(session: Session, delivery_id: int) -> int:
    delivery = session.get_one(Delivery, delivery_id)
    return max(0, delivery.plan_through - delivery.planned_through)


def _freeze_slice(session: Session, delivery_id: int) -> bool:
    """Write one slice; False if the delivery does not send.

    Its three statements must see the same people, so they run as of one instant (write_as_of):
    else somebody who leaves in between would be counted, and get no row.
    """
    # first, so that it sees the people as they are when wait_for_slices lets it go on
    lock_table(session, Exclusion, "row exclusive")
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.status != "sending":
        return False
    through = min(delivery.planned_through + SLICE, delivery.plan_through)
    _write_people(session, delivery, through)
    delivery.planned_through = through
    session.flush()
    if is_planned(delivery):
        read_ledger(session, delivery_id)  # raises if it does not add up, and nothing is sent
    return True


def wait_for_slices(session: Session) -> None:
    """Return when no slice is being written; none begins before this transaction ends.

    For changes of people that reach their messages, too: a slice that sees the people as they were
    would write its messages after that.
    """
    # only slices write exclusions, so this lock keeps nobody else waiting
    lock_table(session, Exclusion, "share")


def _write_people(session: Session, delivery: Delivery, through: int) -> None:
    """Write messages and exclusions up to the subscriber id `through`."""
    here = (delivery.publication_id, delivery.planned_through, through)
    considered = count_considered(session, *here)
    delivery.considered += considered
    rule = _audience_rule(session, delivery)
    recipients = _insert_messages(delivery, recipients_query(*here, rule))
    # Where everybody considered got a message nobody is excluded: the people are read once less.
    if session.connection().execute(recipients).rowcount != considered:
        session.execute(_insert_exclusions(delivery, considered_query(*here, rule)))
    _heed_sent_letters(session, delivery, through)


def _heed_sent_letters(session: Session, delivery: Delivery, through: int) -> None:
    """Give messages the fate that a host remembered when this database was adopted."""
    of_issue = col(SentLetter.issue_id) == delivery.issue_id
    if session.exec(select(SentLetter.id).where(of_issue).limit(1)).first() is None:
        return
    for status in ("accepted", "uncertain"):
        left = select(SentLetter.subscriber_id).where(of_issue, SentLetter.status == status)
        theirs = update(Message).where(
            col(Message.issue_id) == delivery.issue_id,
            col(Message.subscriber_id) > delivery.planned_through,
            col(Message.subscriber_id) <= through,
            col(Message.subscriber_id).in_(left),
        )
        session.exec(theirs.values(status=status))


def _audience_rule(session: Session, delivery: Delivery) -> AudienceRule:
    issue = read_issue(session, delivery.issue_id)
    at = delivery.planned_at
    return AudienceRule(at, issue.frequency, _condition(session, issue, at))


def _condition(
    session: Session,
    issue: Issue,
    at: datetime,
) -> ColumnElement[bool] | None:
    """Return the condition of an issue's audience, None for all its subscribers."""
    stored = issue.audience.get("filter")
    if not isinstance(stored, dict):
        return None
    publication = session.get_one(Publication, issue.publication_id)
    return audience_condition(
        session,
        publication,
        filter_from_row(stored),
        at,
    )


def _insert_messages(delivery: Delivery, people: Select[*tuple[Any, ...]]) -> Insert:
    """Return the statement that gives a message to each of these people."""
    given = _new_message(delivery)
    copied = people.selected_columns.keys()
    return (
        insert(Message)
        .from_select(
            [*copied, *given],
            people.add_columns(*_literals(given)),
            include_defaults=False,  # columns that are not named stay NULL
        )
        .execution_options(preserve_rowcount=True)
    )


def _new_message(delivery: Delivery) -> Mapping[str, object]:
    """Return what is the same in all messages of a delivery."""
    return {
        "delivery_id": delivery.id,
        "issue_id": delivery.issue_id,
        "status": "planned",
        "attempts": 0,
        "due_at": AT_ONCE,
        "claimed_by": "",
        "enhanced": "",
        "reply": "",
    }


def _literals(values: Mapping[str, object]) -> list[Any]:
    columns = inspect(Message).columns
    return [literal(value, columns[name].type) for name, value in values.items()]


def _insert_exclusions(delivery: Delivery, people: Select[int, str | None]) -> Insert:
    """Return the statement that notes each of these people who does not get the issue, and why."""
    considered = people.subquery().c
    excluded = (
        select(literal(delivery.id))
        .add_columns(considered.subscriber_id, considered.exclusion)
        .where(considered.exclusion.is_not(None))
    )
    return insert(Exclusion).from_select(["delivery_id", "subscriber_id", "reason"], excluded)


def is_planned(delivery: Delivery) -> bool:
    """True if the audience is frozen as a whole."""
    return delivery.planned_through >= delivery.plan_through


def has_work(session: Session, delivery_id: int, now: datetime) -> bool:
    """True if there is something to plan or to offer now."""
    delivery = read_delivery(session, delivery_id)
    return not is_planned(delivery) or has_message(session, is_due(delivery_id, now))
