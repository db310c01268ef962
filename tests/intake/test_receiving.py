"""Receiving: the same answer for all, a letter only for who may have one, and nobody's mailbox is bombed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from newsletter.intake import counting, quarantine
from newsletter.intake.gate import Attempt, SpentProof, TooMuchFromHere, form_token
from newsletter.intake.judging import MAILBOX_DAY, MAILBOX_HOUR, NETWORK, UNPROVEN_OF_NETWORK
from newsletter.intake.models import Quarantined, Tally
from newsletter.intake.receiving import Mistyped, TypedSignUp, let_in, receive_sign_up
from newsletter.letters.models import SmallLetter
from newsletter.letters.publisher import Publisher
from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from newsletter.tokens import Signer
from newsletter.urls import Urls
from subscribers.joining import signup
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.suppressing import suppress
from tests.intake.solving import solved
from tests.samples.times import NOON

SIGNER = Signer("a secret of the tests")
ADA = TypedSignUp("ada@readers.example", "Subscribe", source="Podcast-7")


def publisher(publication: Publication) -> Publisher:
    return Publisher(publication, Urls("https://news.example"), SIGNER)


def proof(number: int, now: datetime = NOON) -> str:
    return solved(SIGNER.secret, now + timedelta(minutes=30), nonce=f"{number:016x}")


def letters(session: Session) -> Sequence[tuple[str, str]]:
    return [
        (one.kind, one.address)
        for one in session.exec(select(SmallLetter).order_by(SmallLetter.id))
    ]  # type: ignore[arg-type]


def test_a_sign_up_brings_a_letter_and_keeps_where_it_came_from(
    session: Session, publication: Publication
) -> None:
    assert (
        receive_sign_up(
            session, publisher(publication), ADA, Attempt("203.0.113.9", proof=proof(1)), NOON
        )
        == "ada@readers.example"
    )
    assert letters(session) == [("confirm", "ada@readers.example")]
    assert session.exec(select(Subscription)).one().source == "podcast-7"
    record = session.exec(select(ConsentRecord)).one()
    assert (record.act, record.words, record.source, record.network) == (
        "ask",
        "Subscribe",
        "podcast-7",
        "203.0.113.0/24",
    )


def test_a_reader_hears_that_all_is_well_and_who_must_not_be_mailed_hears_nothing(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    asked = signup.sign_up(session, key, "bob@readers.example", now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    suppress(session, "eve@readers.example", "bounce", NOON)
    for number, name in enumerate(("ada", "bob", "eve")):
        address = f"{name}@readers.example"
        assert (
            receive_sign_up(
                session,
                publisher(publication),
                replace(ADA, address=address),
                Attempt("203.0.113.9", proof=proof(number)),
                NOON,
            )
            == address
        )
    assert letters(session) == [
        ("confirm", "ada@readers.example"),
        ("known", "bob@readers.example"),
    ]
    assert "eve@readers.example" not in session.exec(select(Subscriber.address)).all()


def test_nobodys_mailbox_is_bombed_whoever_asks_from_wherever(
    session: Session, publication: Publication
) -> None:
    def storm(now: datetime) -> None:
        for number in range(12):
            address = f"{'ADA' if number % 2 else 'ada'}+{number}@readers.example"
            attempt = Attempt(f"198.51.{number}.1", proof=proof(number, now))
            receive_sign_up(
                session, publisher(publication), replace(ADA, address=address), attempt, now
            )

    storm(NOON)
    assert len(letters(session)) == MAILBOX_HOUR.most
    storm(NOON + timedelta(hours=2))
    assert len(letters(session)) == MAILBOX_DAY.most
    storm(NOON + timedelta(days=1))
    assert len(letters(session)) == MAILBOX_DAY.most + MAILBOX_HOUR.most


def test_a_proof_is_good_once_and_a_double_click_is_harmless(
    session: Session, publication: Publication
) -> None:
    attempt = Attempt("203.0.113.9", proof=proof(1))
    for _ in range(2):
        assert (
            receive_sign_up(session, publisher(publication), ADA, attempt, NOON)
            == "ada@readers.example"
        )
    assert len(letters(session)) == 1
    with pytest.raises(SpentProof):
        receive_sign_up(
            session,
            publisher(publication),
            replace(ADA, address="bob@readers.example"),
            attempt,
            NOON + timedelta(minutes=29),
        )


def test_a_proof_stays_spent_over_the_full_hour(session: Session, publication: Publication) -> None:
    late = NOON.replace(minute=59)
    attempt = Attempt("203.0.113.9", proof=proof(1, late))
    receive_sign_up(session, publisher(publication), ADA, attempt, late)
    counting.forget_past(session, late + timedelta(minutes=2))
    with pytest.raises(SpentProof):
        receive_sign_up(
            session,
            publisher(publication),
            replace(ADA, address="bob@readers.example"),
            attempt,
            late + timedelta(minutes=2),
        )


def test_without_scripts_a_person_gets_in_and_a_robot_waits(
    session: Session, publication: Publication
) -> None:
    token = form_token(SIGNER, NOON)
    receive_sign_up(
        session,
        publisher(publication),
        ADA,
        Attempt("203.0.113.9", form=token),
        NOON + timedelta(seconds=9),
    )
    assert letters(session) == [("confirm", "ada@readers.example")]
    fast = replace(ADA, address="bot@readers.example")
    receive_sign_up(
        session,
        publisher(publication),
        fast,
        Attempt("203.0.113.9", form=token),
        NOON + timedelta(seconds=1),
    )
    trapped = Attempt("203.0.113.9", trap="https://casino.example", proof=proof(2))
    receive_sign_up(
        session, publisher(publication), replace(ADA, address="spam@readers.example"), trapped, NOON
    )
    assert letters(session) == [("confirm", "ada@readers.example")]
    assert [one.address for one in quarantine.read_all(session, publication.key, "waiting")] == [
        "spam@readers.example",
        "bot@readers.example",
    ]


def test_bare_forms_of_one_network_wait_after_some_and_are_refused_after_many(
    session: Session, publication: Publication
) -> None:
    for number in range(NETWORK.most):
        receive_sign_up(
            session,
            publisher(publication),
            replace(ADA, address=f"r{number}@d{number}.example"),
            Attempt("203.0.113.9"),
            NOON,
        )
    assert len(letters(session)) == UNPROVEN_OF_NETWORK.most
    with pytest.raises(TooMuchFromHere):
        receive_sign_up(
            session, publisher(publication), ADA, Attempt("203.0.113.200", proof=proof(1)), NOON
        )
    receive_sign_up(
        session, publisher(publication), ADA, Attempt("198.51.100.1", proof=proof(1)), NOON
    )
    receive_sign_up(
        session,
        publisher(publication),
        ADA,
        Attempt("203.0.113.9", proof=proof(2)),
        NOON + timedelta(hours=1),
    )


def test_a_mistyped_domain_is_asked_about_once_and_spends_nothing(
    session: Session, publication: Publication
) -> None:
    wish, attempt = replace(ADA, address="ada@gmial.com"), Attempt("203.0.113.9", proof=proof(1))
    with pytest.raises(Mistyped, match="ada@gmail.com"):
        receive_sign_up(session, publisher(publication), wish, attempt, NOON)
    assert (
        receive_sign_up(
            session, publisher(publication), replace(wish, is_meant=True), attempt, NOON
        )
        == "ada@gmial.com"
    )


def test_what_is_let_in_comes_in_whole_and_is_decided_once(
    session: Session, publication: Publication
) -> None:
    receive_sign_up(session, publisher(publication), ADA, Attempt("203.0.113.9", trap="x"), NOON)
    key = session.exec(select(Quarantined)).one().key
    quarantine.decide(session, key, "dropped", by="mara", now=NOON)
    let_in(session, publisher(publication), key, by="mara", now=NOON)
    assert letters(session) == [("confirm", "ada@readers.example")]
    record = session.exec(select(ConsentRecord)).one()
    assert (record.words, record.source, record.network) == (
        "Subscribe",
        "podcast-7",
        "203.0.113.0/24",
    )
    with pytest.raises(WrongMove):
        let_in(session, publisher(publication), key, by="mara", now=NOON)


def test_what_is_counted_names_nobody_and_is_forgotten(
    session: Session, publication: Publication
) -> None:
    receive_sign_up(
        session, publisher(publication), ADA, Attempt("203.0.113.9", proof=proof(1)), NOON
    )
    kept = session.exec(select(Tally)).all()
    assert kept
    assert not any("ada" in one.key or ("203" in one.key and "." in one.key) for one in kept)
    assert max(one.until for one in kept) <= NOON + timedelta(days=1)
    assert counting.forget_past(session, NOON + timedelta(days=2)) == len(kept)
    receive_sign_up(session, publisher(publication), ADA, Attempt("203.0.113.9", trap="x"), NOON)
    assert quarantine.forget_old(session, publication.key, NOON + timedelta(days=31)) == 1


def test_who_left_and_comes_back_must_confirm(session: Session, publication: Publication) -> None:
    asked = signup.sign_up(session, publication.key, ADA.address, now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOON
    )
    receive_sign_up(
        session, publisher(publication), ADA, Attempt("203.0.113.9", proof=proof(1)), NOON
    )
    assert session.exec(select(Subscription)).one().status == "unconfirmed"
    assert letters(session) == [("confirm", "ada@readers.example")]
