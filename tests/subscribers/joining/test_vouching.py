"""Vouching: a consent given elsewhere counts at once, and brings nobody back."""

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.joining import signup
from subscribers.joining.vouching import HasLeft, MustNotBeMailed, NoConsent, vouch
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscription
from subscribers.suppressing import forget_address, suppress
from tests.samples.times import NOON
from tests.subscribers.people import ADA, exclusions, join


def vouch_for_ada(session: Session, publication: Publication, words: str = "Yes, weekly") -> bool:
    source = "the fair in Berlin"
    return vouch(session, publication.key, ADA, name="Ada", words=words, source=source, now=NOON)


def test_a_consent_counts_at_once_with_its_words_and_source(
    session: Session, publication: Publication
) -> None:
    assert vouch_for_ada(session, publication, " Yes,\n weekly ")
    assert not vouch_for_ada(session, publication), "twice is harmless"
    assert exclusions(session, publication) == [None]
    record = session.exec(select(ConsentRecord)).one()
    assert (record.act, record.words) == ("vouch", "Yes, weekly [the fair in Berlin]")


def test_a_sign_up_that_waits_is_confirmed_by_a_consent(
    session: Session, publication: Publication
) -> None:
    signup.sign_up(session, publication.key, ADA, now=NOON)
    assert vouch_for_ada(session, publication)
    assert session.exec(select(Subscription)).one().status == "active"


def test_a_consent_without_words_is_none(session: Session, publication: Publication) -> None:
    with pytest.raises(NoConsent):
        vouch_for_ada(session, publication, "  ")


def test_a_consent_brings_nobody_back_who_left(session: Session, publication: Publication) -> None:
    subscription = join(session, publication)
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    with pytest.raises(HasLeft):
        vouch_for_ada(session, publication)
    acts = session.exec(select(ConsentRecord.act).order_by(col(ConsentRecord.id))).all()
    assert acts == ["ask", "confirm", "leave"]


def test_a_consent_brings_nobody_back_whose_address_was_typed_since(
    session: Session, publication: Publication
) -> None:
    """By a stranger, or by the program itself: only the person's own confirming ends a leave."""
    subscription = join(session, publication)
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    signup.sign_up(session, publication.key, ADA, now=NOON)
    with pytest.raises(HasLeft):
        vouch_for_ada(session, publication)
    assert subscription.status == "unconfirmed"
    signup.confirm(session, subscription.key, now=NOON)
    assert not vouch_for_ada(session, publication), "they came back by themselves"


def test_a_consent_reaches_no_address_that_is_kept_out(
    session: Session, publication: Publication
) -> None:
    suppress(session, ADA, "complaint", NOON)
    with pytest.raises(MustNotBeMailed):
        vouch_for_ada(session, publication)
    forget_address(session, ADA, NOON)
    with pytest.raises(MustNotBeMailed):
        vouch_for_ada(session, publication)
