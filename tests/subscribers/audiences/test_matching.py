"""A filter as a condition: each part takes its subscribers, on both databases."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.audiences.filters import Filter
from subscribers.audiences.matching import NoActivity, filter_condition
from subscribers.conditions import is_same_person
from subscribers.models import Subscriber, Subscription
from tests.samples.times import NOON
from tests.subscribers.people import join


def taken(session: Session, wanted: Filter) -> list[str]:
    """The names of those whom a filter takes, if Ada is the only active subscriber."""
    condition = filter_condition(
        session, wanted, NOON, lambda since: col(Subscriber.address).startswith("ada@")
    )
    query = select(Subscriber.address).join(Subscription, is_same_person()).where(condition)
    found = session.exec(query.order_by(col(Subscriber.id))).all()
    return [address.partition("@")[0] for address in found]


@pytest.fixture(autouse=True)
def people(session: Session, publication: Publication) -> None:
    ada = join(session, publication, "ada@pen.example", topics=["AI", "Policy"])
    join(session, publication, "bob@open.example", source="fair")
    join(
        session,
        publication,
        "cyd@readers.example",
        topics=["Policy"],
        joined_at=NOON - timedelta(days=40),
    )
    ada.attributes = {"plan": "pro"}
    session.flush()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), "ada bob cyd"),
        (Filter(topics=("Policy",)), "ada cyd"),
        (Filter(topics=("AI", "Policy"), sources=("fair",)), ""),
        (Filter(domains=("pen.example",)), "ada"),
        (Filter(attributes=(("plan", "pro"),)), "ada"),
        (Filter(attributes=(("plan", ""),)), "bob cyd"),
        (Filter(joined_to=(NOON - timedelta(days=40)).date()), "cyd"),
        (Filter(joined_from=NOON.date()), "ada bob"),
        (Filter(active_days=3), "ada"),
        (Filter(quiet_days=30), "cyd"),
    ],
)
def test_a_part_takes_its_subscribers(wanted: Filter, names: str, session: Session) -> None:
    assert taken(session, wanted) == names.split()


def test_where_nobody_knows_who_is_active_a_filter_cannot_ask(session: Session) -> None:
    with pytest.raises(NoActivity):
        filter_condition(session, Filter(active_days=3), NOON)
