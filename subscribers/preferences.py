"""Preferences: how often a subscriber gets what, until when they rest, and what they are called."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from sqlmodel import Session, col, select

from newsletter.errors import Refused
from newsletter.text import one_line
from subscribers import changes
from subscribers.conditions import of_subscriber
from subscribers.joining.signup import ConsentEvidence, read_subscription, record_act
from subscribers.models import NAME_CHARS, Subscriber, Subscription

FREQUENCIES = ("every", "monthly")
MOST_WEEKS = 26


class BadPreferences(Refused):
    """Choose every issue or the monthly best-of; a snooze of 1 to 26 weeks, or none; topics that
    are offered."""


class NoZone(Refused):
    """There is no such time zone. One looks like Europe/Berlin; leave it empty if you would rather
    not say."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a subscriber wants of one publication.

    `snooze_weeks`: None leaves a snooze as it is, 0 ends it.
    """

    frequency: str
    topics: Sequence[str] = ()
    snooze_weeks: int | None = None


def set_preferences(
    session: Session,
    subscription_id: int,
    wanted: Preferences,
    *,
    offered: Collection[str],
    network: str = "",
    now: datetime,
) -> bool:
    """Set what a subscriber wants; it brings nobody back who left. `offered` are the topics.

    True if that changed something, which is then recorded. Raises BadPreferences or NoSubscription.
    """
    _check(wanted, offered)
    subscription = read_subscription(session, subscription_id)
    before = _values(subscription)
    _choose(subscription, wanted, offered, now)
    if before == _values(subscription):
        return False
    evidence = ConsentEvidence("; ".join(_describe(subscription)), network=network)
    record_act(session, subscription, "choose", evidence, now=now)
    return True


def set_name_and_zone(
    session: Session,
    subscriber_id: int,
    *,
    name: str,
    time_zone: str,
    now: datetime,
) -> bool:
    """Set a subscriber's name and time zone (an IANA name, or ""). True if that changed something.

    The name is their own word, so all publications hear it; one that they only left as their page
    showed it stays with the publication that has it. Raises NoZone.
    """
    subscriber = session.get_one(Subscriber, subscriber_id)
    subscriptions = subscriptions_of(session, subscriber_id)
    called = one_line(name)[:NAME_CHARS]
    zone = _checked_zone(time_zone)
    if (name_shown(subscriptions), subscriber.time_zone) == (called, zone):
        return False
    if called != name_shown(subscriptions):
        for subscription in subscriptions:
            subscription.name = called
    subscriber.time_zone = zone
    session.flush()
    changes.note(session, subscriptions, "changed", now)
    return True


def name_shown(subscriptions: Iterable[Subscription]) -> str:
    """Return the name that a person's own page shows: of the oldest subscription with one."""
    return next((found.name for found in subscriptions if found.name), "")


def subscriptions_of(session: Session, subscriber_id: int) -> Sequence[Subscription]:
    """Return all subscriptions of a subscriber, the oldest first."""
    return session.exec(
        select(Subscription).where(of_subscriber(subscriber_id)).order_by(col(Subscription.id))
    ).all()


def _check(wanted: Preferences, offered: Collection[str]) -> None:
    """Raises BadPreferences."""
    if wanted.frequency not in FREQUENCIES or not set(wanted.topics) <= set(offered):
        raise BadPreferences
    weeks = wanted.snooze_weeks
    if weeks is not None and not 0 <= weeks <= MOST_WEEKS:
        raise BadPreferences


def _choose(
    subscription: Subscription,
    wanted: Preferences,
    offered: Collection[str],
    now: datetime,
) -> None:
    subscription.frequency = wanted.frequency
    # In the order in which they are offered: the same choice is then always the same list.
    subscription.topics = [topic for topic in offered if topic in wanted.topics]
    if wanted.snooze_weeks is not None:
        subscription.snoozed_until = _snooze_end(wanted.snooze_weeks, now)


def _values(subscription: Subscription) -> tuple[object, ...]:
    return subscription.frequency, subscription.topics, subscription.snoozed_until


def _snooze_end(weeks: int, now: datetime) -> datetime | None:
    return now + timedelta(weeks=weeks) if weeks else None


def _checked_zone(time_zone: str) -> str:
    """Raises NoZone."""
    zone = time_zone.strip()
    if zone and zone not in available_timezones():
        raise NoZone
    return zone


def _describe(subscription: Subscription) -> Iterator[str]:
    """What a subscription is now, in words for the evidence."""
    yield f"frequency: {subscription.frequency}"
    if subscription.snoozed_until:
        yield f"snoozed until {subscription.snoozed_until.date().isoformat()}"
    if subscription.topics:
        yield f"topics: {', '.join(subscription.topics)}"
