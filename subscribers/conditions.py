"""Conditions that many queries share, on subscriptions and their subscribers."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, or_
from sqlmodel import col, exists

from subscribers.mailboxes import mailbox_of
from subscribers.models import Subscriber, Subscription, Suppression

# `col` tells the type checker that an attribute of a table's class is a column.
Condition = ColumnElement[bool]


def of_publication(publication_id: int) -> Condition:
    """True for the subscriptions of a publication."""
    return col(Subscription.publication_id) == publication_id


def of_subscriber(subscriber_id: int) -> Condition:
    """True for the subscriptions of a subscriber."""
    return col(Subscription.subscriber_id) == subscriber_id


def has_status(status: str) -> Condition:
    """True for the subscriptions of a status."""
    return col(Subscription.status) == status


def is_awake(at: datetime | BindParameter[datetime]) -> Condition:
    """True for the subscriptions that do not rest at that time."""
    snoozed_until = col(Subscription.snoozed_until)
    return or_(snoozed_until.is_(None), snoozed_until <= at)


def is_same_person() -> Condition:
    """Joins subscribers with their subscriptions."""
    return col(Subscriber.id) == col(Subscription.subscriber_id)


def has_mailbox(address: str) -> Condition:
    """True for the subscriber of a normalised address, in whichever spelling they gave it."""
    return col(Subscriber.mailbox) == mailbox_of(address)


def has_suppressed_address() -> Condition:
    """True for the subscribers whose address must not be mailed."""
    return exists().where(col(Suppression.mailbox) == col(Subscriber.mailbox))
