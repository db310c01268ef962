"""Choosing: how often, about what, from when on again; what they are called and in which time zone they live."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from sqlmodel import Session, col, select

from newsletter.errors import Refused
from subscribers import changes
from subscribers.joining.signup import ConsentEvidence, read_subscription, record_act
from subscribers.models import Subscriber, Subscription

FREQUENCIES = ("every", "monthly")
MOST_WEEKS = 26
NAME_CHARS = 200


class BadPreferences(Refused):
    """Choose every issue or the monthly best-of; a snooze of 1 to 26 weeks, or none; topics that are offered."""


class NoZone(Refused):
    """There is no such time zone. One looks like Europe/Berlin; leave it empty if you would rather not say."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a subscriber wants of one publication. `snooze_weeks`: None leaves a snooze as it is, 0 ends it."""

    frequency: str
    topics: Sequence[str] = ()
    snooze_weeks: int | None = None


def set_preferences(
    session: Session,
    subscription_id: int,
    choice: Preferences,
    *,
    offered: Collection[str],
    network: str = "",
    now: datetime,
) -> bool:
    """Keep a choice; who left stays away. True if it changed something, which is recorded. Raises BadChoice or NoSubscription."""
    weeks = choice.snooze_weeks
    if (
        choice.frequency not in FREQUENCIES
        or not set(choice.topics) <= set(offered)
        or not (weeks is None or 0 <= weeks <= MOST_WEEKS)
    ):
        raise BadPreferences
    one = read_subscription(session, subscription_id)
    before = (one.frequency, one.topics, one.snoozed_until)
    one.frequency = choice.frequency
    one.topics = [topic for topic in offered if topic in choice.topics]
    if weeks is not None:
        one.snoozed_until = now + timedelta(weeks=weeks) if weeks else None
    if before == (one.frequency, one.topics, one.snoozed_until):
        return False
    record_act(session, one, "choose", ConsentEvidence(words=_told(one), network=network), now=now)
    return True


def set_name_and_zone(
    session: Session, subscriber_id: int, *, name: str, time_zone: str, now: datetime
) -> bool:
    """Keep what a subscriber is called and where they live. True if that changed. Raises NoZone."""
    one = session.get_one(Subscriber, subscriber_id)
    called, zone = " ".join(name.split())[:NAME_CHARS], time_zone.strip()
    if zone and zone not in available_timezones():
        raise NoZone
    if (one.name, one.time_zone) == (called, zone):
        return False
    one.name, one.time_zone = called, zone
    session.flush()
    changes.note(session, subscriptions_of(session, subscriber_id), "changed", now)
    return True


def subscriptions_of(session: Session, subscriber_id: int) -> Sequence[Subscription]:
    """Return all subscriptions of a subscriber, the oldest first."""
    query = select(Subscription).where(col(Subscription.subscriber_id) == subscriber_id)
    return session.exec(query.order_by(col(Subscription.id))).all()


def _told(one: Subscription) -> str:
    said = [f"frequency: {one.frequency}"]
    said += [f"snoozed until {one.snoozed_until.date().isoformat()}"] if one.snoozed_until else []
    said += [f"topics: {', '.join(one.topics)}"] if one.topics else []
    return "; ".join(said)
