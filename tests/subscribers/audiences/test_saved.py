"""Saved audiences: an issue goes to those whom a filter takes, and every other has a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from newsletter.delivery.activity import audience_condition
from newsletter.delivery.models import Vote
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from subscribers import suppressing
from subscribers.audiences import saved
from subscribers.audiences.evaluating import (
    AudienceRule,
    considered_query,
    count_considered,
    last_subscriber_id,
    recipients_query,
)
from subscribers.audiences.filters import Filter, read_filter
from subscribers.audiences.matching import filter_condition
from subscribers.audiences.saved import BadAudienceName, NoAudience
from subscribers.exporting import export_rows
from subscribers.leaving import unsubscribing
from tests.samples.times import NOON
from tests.subscribers.people import join

LATER = NOON + timedelta(days=100)


@pytest.fixture
def people(session: Session, publication: Publication) -> dict[str, int]:
    """Ada and Bob of example.org, Cy of example.com, Dee of a domain that ends alike.

    Returns their subscriber ids by name.
    """
    made = {
        "ada": join(
            session, publication, "ada@example.org", topics=["AI", "Policy"], source="fair"
        ),
        "bob": join(
            session,
            publication,
            "bob@example.org",
            topics=['AI "x"'],
            joined_at=NOON - timedelta(days=40),
        ),
        "cy": join(session, publication, "cy@example.com", topics=["Policy"], source="page"),
        "dee": join(session, publication, "dee@notexample.org"),
    }
    ids = {name: subscription.subscriber_id for name, subscription in made.items()}
    made["ada"].attributes = {"plan": "pro", "city": "Köln"}
    made["cy"].attributes = {"plan": "pro"}
    window = {"window_from": NOON, "window_to": NOON, "due_at": NOON, "proposed_at": NOON}
    issue = Issue(publication_id=publication.key, number=1, period="p", status="sent", **window)
    session.add(issue)
    session.flush()
    session.add(
        Vote(
            issue_id=issue.key, subscriber_id=ids["ada"], answer="yes", at=LATER - timedelta(days=5)
        )
    )
    session.add(
        Vote(
            issue_id=issue.key, subscriber_id=ids["cy"], answer="no", at=LATER - timedelta(days=50)
        )
    )
    session.flush()
    return ids


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ({}, "ada bob cy dee"),
        ({"topics": "Policy"}, "ada cy"),
        ({"topics": ['AI "x"', "Policy"]}, "ada bob cy"),
        ({"topics": "A"}, ""),
        ({"sources": "fair, page"}, "ada cy"),
        ({"domains": "example.org"}, "ada bob"),
        ({"domains": "example.org, example.com"}, "ada bob cy"),
        ({"attributes": "plan=pro"}, "ada cy"),
        ({"attributes": "plan=pro, city=Köln"}, "ada"),
        ({"attributes": "plan="}, "bob dee"),
        ({"joined_to": (NOON - timedelta(days=1)).date().isoformat()}, "bob"),
        ({"joined_from": NOON.date().isoformat(), "domains": "example.org"}, "ada"),
        ({"active_days": "10"}, "ada"),
        ({"active_days": "60"}, "ada cy"),
        ({"quiet_days": "10"}, "bob cy dee"),
    ],
)
def test_each_part_takes_whom_it_says_and_an_issue_accounts_for_all_others(
    typed: dict[str, str],
    taken: str,
    session: Session,
    publication: Publication,
    people: dict[str, int],
) -> None:
    key = publication.key
    condition = audience_condition(session, publication, read_filter(typed), LATER)
    assert saved.count_matching(session, key, condition) == len(taken.split())
    here = (key, 0, last_subscriber_id(session))
    wanted = AudienceRule(LATER, condition=condition)
    got = {row.subscriber_id for row in session.execute(recipients_query(*here, wanted))}
    assert got == {people[name] for name in taken.split()}
    reasons = [row.exclusion for row in session.execute(considered_query(*here, wanted))]
    assert reasons.count("not in the audience") == len(people) - len(got)
    assert (
        count_considered(session, *here)
        == len(reasons)
        == reasons.count(None) + len(people) - len(got)
    )
    assert len(list(export_rows(session, key, only=condition))) == len(got)


def test_who_may_not_be_written_to_is_in_no_count(
    session: Session, publication: Publication, people: dict[str, int]
) -> None:
    suppressing.suppress(session, "ada@example.org", "bounce", NOON)
    unsubscribing.end_subscription(
        session,
        join(session, publication, "eve@example.org").key,
        by="link",
        issue_id=None,
        now=NOON,
    )
    condition = filter_condition(session, Filter(domains=("example.org",)), NOON)
    assert saved.count_matching(session, publication.key, condition) == 1


def test_a_name_stands_for_one_filter_and_the_last_one_counts(
    session: Session, publication: Publication
) -> None:
    key, now = publication.key, datetime(2026, 5, 12, tzinfo=UTC)
    for topics in (("AI",), ("Policy",)):
        saved.save_audience(
            session, key, " My  readers ", Filter(topics=topics), by="mara", now=now
        )
    (audience,) = saved.read_all(session, key)
    assert (audience.name, saved.filter_of(audience)) == ("My readers", Filter(topics=("Policy",)))
    with pytest.raises(BadAudienceName):
        saved.save_audience(session, key, " ", Filter(), by="mara", now=now)
    with pytest.raises(NoAudience):
        saved.read_audience(session, key + 1, audience.key)
    saved.remove(session, saved.by_name(session, key, "My readers"))
    assert not saved.read_all(session, key)
