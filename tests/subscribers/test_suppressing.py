"""An address that must not be mailed is not; a forgotten one is known by its hash alone."""

from sqlalchemy import text
from sqlmodel import Session, select

from newsletter.publications.models import Publication
from subscribers import changes
from subscribers.models import Change, Suppression
from subscribers.suppressing import (
    KeptOut,
    forget_address,
    hash_of,
    is_kept_out,
    is_suppressed,
    lift_forgetting,
    suppress,
    suppression_reasons,
)
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

BOB = "bob@readers.example"


def test_the_first_reason_stays_and_its_subscriptions_hear_of_it(
    session: Session, publication: Publication
) -> None:
    join(session, publication)
    changes.set_listening(session, publication.key, wanted=True)
    suppress(session, ADA, "bounce", NOON)
    suppress(session, ADA, "complaint", NOON)
    suppress(session, "", "bounce", NOON)
    assert suppression_reasons(session) == {ADA: "bounce"}
    assert session.exec(select(Change.kind)).all() == ["suppressed"]


def test_a_forgotten_address_is_kept_out_and_may_ask_itself(session: Session) -> None:
    forget_address(session, ADA, NOON)
    assert is_kept_out(session, ADA)
    assert not is_suppressed(session, ADA)
    lift_forgetting(session, ADA)
    assert not is_kept_out(session, ADA)


def test_a_reason_is_not_lifted_by_asking(session: Session) -> None:
    suppress(session, ADA, "complaint", NOON)
    forget_address(session, ADA, NOON)
    lift_forgetting(session, ADA)
    assert is_suppressed(session, ADA)


def test_no_row_says_who_was_forgotten(session: Session) -> None:
    suppress(session, ADA, "bounce", NOON)
    forget_address(session, ADA, NOON)
    rows = session.connection().execute(text("select * from suppression")).all()
    assert len(rows) == 1
    assert not [value for value in rows[0] if "ada" in str(value)]


def test_a_forgotten_address_that_is_suppressed_later_has_the_newer_reason(
    session: Session,
) -> None:
    forget_address(session, ADA, NOON)
    session.add(Suppression(mailbox=ADA, reason="complaint", at=NOON))
    forget_address(session, ADA, NOON)
    assert session.exec(select(Suppression.reason)).all() == ["complaint"]


def test_kept_out_answers_for_addresses_and_hashes_alike(session: Session) -> None:
    assert ADA not in KeptOut(session)
    suppress(session, ADA, "bounce", NOON)
    forget_address(session, BOB, NOON)
    kept_out = KeptOut(session)
    assert ADA in kept_out
    assert BOB.upper() in kept_out
    assert "cyd@readers.example" not in kept_out
    assert hash_of(session, BOB) == hash_of(session, BOB.upper())
