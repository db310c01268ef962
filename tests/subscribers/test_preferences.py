"""A subscriber says how often, what about, until when they rest, and what they are called."""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.joining.signup import find_or_add_subscription
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.preferences import (
    BadPreferences,
    NoZone,
    Preferences,
    set_name_and_zone,
    set_preferences,
    subscriptions_of,
)
from tests.samples.times import NOON
from tests.subscribers.people import join

OFFERED = ("AI", "Policy", "Tools")


def choose(session: Session, subscription: Subscription, wanted: Preferences) -> bool:
    return set_preferences(session, subscription.key, wanted, offered=OFFERED, now=NOON)


def test_a_choice_is_kept_and_recorded_once(session: Session, publication: Publication) -> None:
    subscription = join(session, publication)
    wanted = Preferences("monthly", ("Tools", "AI"), 2)
    assert choose(session, subscription, wanted)
    assert not choose(session, subscription, wanted)
    assert subscription.frequency == "monthly"
    assert subscription.topics == ["AI", "Tools"], "in the order in which they are offered"
    assert subscription.snoozed_until == NOON + timedelta(weeks=2)
    record = session.exec(select(ConsentRecord).where(col(ConsentRecord.act) == "choose")).one()
    until = (NOON + timedelta(weeks=2)).date().isoformat()
    assert record.words == f"frequency: monthly; snoozed until {until}; topics: AI, Tools"


def test_a_snooze_stays_or_ends_as_it_is_asked(session: Session, publication: Publication) -> None:
    subscription = join(session, publication, snoozed_until=NOON + timedelta(days=3))
    choose(session, subscription, Preferences("monthly"))
    assert subscription.snoozed_until == NOON + timedelta(days=3)
    choose(session, subscription, Preferences("monthly", snooze_weeks=0))
    assert subscription.snoozed_until is None


@pytest.mark.parametrize(
    "wanted",
    [
        Preferences("daily"),
        Preferences("every", ("Sports",)),
        Preferences("every", snooze_weeks=27),
        Preferences("every", snooze_weeks=-1),
    ],
)
def test_what_is_not_offered_is_refused(
    wanted: Preferences, session: Session, publication: Publication
) -> None:
    with pytest.raises(BadPreferences):
        choose(session, join(session, publication), wanted)


def test_a_name_that_a_page_only_showed_goes_to_no_other_publication(
    session: Session, publication: Publication
) -> None:
    """The page of a person shows all of their publications, and one name (ADR 43)."""
    first = join(session, publication)
    other = find_or_add_subscription(session, first.subscriber_id, 99, name="", now=NOON)
    first.name = "Ada"
    named = partial(set_name_and_zone, session, first.subscriber_id, now=NOON)
    assert named(name="Ada", time_zone="Europe/Berlin")
    assert (first.name, other.name) == ("Ada", "")
    assert named(name="Ada L.", time_zone="Europe/Berlin")
    assert (first.name, other.name) == ("Ada L.", "Ada L.")


def test_name_and_zone_are_kept_and_only_a_zone_that_exists(
    session: Session, publication: Publication
) -> None:
    subscriber_id = join(session, publication).subscriber_id

    def describe(name: str, zone: str) -> bool:
        return set_name_and_zone(session, subscriber_id, name=name, time_zone=zone, now=NOON)

    assert describe(" Ada\n L. ", " Europe/Berlin ")
    assert not describe("Ada L.", "Europe/Berlin")
    subscriber = session.get_one(Subscriber, subscriber_id)
    assert subscriber.time_zone == "Europe/Berlin"
    assert [found.name for found in subscriptions_of(session, subscriber_id)] == ["Ada L."]
    with pytest.raises(NoZone):
        describe("Ada L.", "Europe/Atlantis")
    assert describe("", "")


def test_all_subscriptions_of_a_subscriber_come_the_oldest_first(
    session: Session, publication: Publication
) -> None:
    first = join(session, publication)
    second = Subscription(
        subscriber_id=first.subscriber_id,
        publication_id=publication.key + 1,
        status="active",
        joined_at=NOON,
    )
    session.add(second)
    session.flush()
    join(session, publication, "bob@readers.example")
    assert subscriptions_of(session, first.subscriber_id) == [first, second]
