"""The audience: who snoozes or wants the monthly best-of only is considered and excluded with that reason, from one index."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, delete

from newsletter.database import Database
from newsletter.publications.models import Publication
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    count_considered,
    last_subscriber_id,
    recipients_query,
)
from subscribers.joining import signup
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.samples.times import NOON


def join(
    session: Session, publication: Publication, address: str, **chosen: object
) -> Subscription:
    """A confirmed reader, with these preferences."""
    asked = signup.sign_up(session, publication.key, address, now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    subscription = session.get_one(Subscription, asked.subscription_id)
    for name, value in chosen.items():
        setattr(subscription, name, value)
    session.flush()
    return subscription


def test_everyone_considered_gets_it_or_has_one_reason(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    join(session, publication, "every@readers.example")
    join(session, publication, "awake@readers.example", snoozed_until=NOON)
    join(session, publication, "asleep@readers.example", snoozed_until=NOON + timedelta(seconds=1))
    join(session, publication, "monthly@readers.example", frequency="monthly")
    join(
        session,
        publication,
        "both@readers.example",
        frequency="monthly",
        snoozed_until=NOON + timedelta(days=1),
    )
    join(session, publication, "bounced@readers.example", frequency="monthly")
    suppress(session, "bounced@readers.example", "refused", NOON)
    signup.sign_up(session, key, "asked@readers.example", now=NOON)
    here = (key, 0, last_subscriber_id(session))
    reasons = [
        row.exclusion for row in session.execute(considered_query(*here, AudienceRule(NOON))).all()
    ]
    assert sorted(filter(None, reasons)) == [
        "monthly",
        "snoozed",
        "snoozed",
        "suppressed",
        "unconfirmed",
    ]
    assert [
        row.address for row in session.execute(recipients_query(*here, AudienceRule(NOON))).all()
    ] == [
        "every@readers.example",
        "awake@readers.example",
    ]
    assert count_considered(session, *here) == len(reasons) == 7


def test_who_is_deleted_leaves_their_number_to_nobody_else(
    session: Session, publication: Publication
) -> None:
    last = join(session, publication, "last@readers.example")
    was = (last.key, last.subscriber_id)
    session.exec(delete(ConsentRecord))
    session.delete(last)
    session.flush()
    session.delete(session.get_one(Subscriber, was[1]))
    session.flush()
    comes = join(session, publication, "next@readers.example")
    assert comes.key > was[0]
    assert comes.subscriber_id > was[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_the_audience_is_read_from_its_index_alone(
    database: Database, publication: Publication
) -> None:
    query = considered_query(publication.key, 0, 1000, AudienceRule(NOON)).compile(
        dialect=database.engine.dialect, compile_kwargs={"literal_binds": True}
    )
    with database.reading() as session:
        plan = [
            str(row[-1])
            for row in session.connection().execute(text(f"explain query plan {query}"))
        ]
    assert any("COVERING INDEX ix_subscription_audience" in line for line in plan), plan
