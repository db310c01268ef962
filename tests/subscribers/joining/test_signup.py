"""A sign-up counts only once confirmed; nobody is noted who must not be mailed."""

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.joining import signup
from subscribers.joining.signup import ConsentEvidence, NoSubscription, SignUp
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.suppressing import forget_address, is_kept_out, suppress
from tests.samples.times import NOON
from tests.subscribers.people import ADA, exclusions, join


def test_a_sign_up_counts_only_once_confirmed(session: Session, publication: Publication) -> None:
    asked = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    assert exclusions(session, publication) == ["unconfirmed"]
    assert signup.confirm(session, asked.subscription_id, now=NOON)
    assert not signup.confirm(session, asked.subscription_id, now=NOON)
    assert exclusions(session, publication) == [None]


def test_the_same_address_is_one_subscriber_whatever_its_domains_spelling(
    session: Session, publication: Publication
) -> None:
    first = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    assert (
        signup.sign_up(session, publication.key, "ada@READERS.example", now=NOON).subscription_id
        == first.subscription_id
    )


def test_nothing_is_noted_of_an_address_that_must_not_be_mailed(
    session: Session, publication: Publication
) -> None:
    suppress(session, ADA, "bounce", NOON)
    assert signup.sign_up(session, publication.key, ADA, now=NOON) == SignUp(0, ADA)
    assert session.exec(select(Subscriber)).all() == []


def test_nothing_is_noted_of_an_active_subscriber(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    asked = signup.sign_up(session, publication.key, ADA, now=NOON)
    assert asked == SignUp(subscription.key, ADA, is_active=True)
    acts = session.exec(select(ConsentRecord.act).order_by(col(ConsentRecord.id))).all()
    assert acts == ["ask", "confirm"]


def test_the_first_source_stays_and_each_is_kept_as_evidence(
    session: Session, publication: Publication
) -> None:
    for source in ("", "podcast", "fair"):
        evidence = ConsentEvidence("Subscribe", source, "203.0.113.9")
        signup.sign_up(session, publication.key, ADA, evidence=evidence, now=NOON)
    assert session.exec(select(Subscription.source)).one() == "podcast"
    records = session.exec(select(ConsentRecord).order_by(col(ConsentRecord.id))).all()
    assert [record.source for record in records] == ["", "podcast", "fair"]
    assert {record.network for record in records} == {"203.0.113.0/24"}


def test_a_forgotten_person_comes_back_by_confirming(
    session: Session, publication: Publication
) -> None:
    forget_address(session, ADA, NOON)
    asked = signup.sign_up(session, publication.key, ADA, now=NOON)
    assert asked.must_confirm
    assert is_kept_out(session, ADA)
    signup.confirm(session, asked.subscription_id, now=NOON)
    assert not is_kept_out(session, ADA)


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        (" Podcast-7 ", "podcast-7"),
        ("a" * 40, "a" * 40),
        ("a" * 41, ""),
        ("-x", ""),
        ("a b", ""),
        ("", ""),
    ],
)
def test_a_source_is_kept_only_as_a_tag(typed: str, tag: str) -> None:
    assert signup.source_tag(typed) == tag


def test_a_subscription_that_is_not_known_is_refused(session: Session) -> None:
    with pytest.raises(NoSubscription):
        signup.confirm(session, 404, now=NOON)
    with pytest.raises(NoSubscription):
        signup.address_of(session, 404)
