"""A new address counts once its owner confirms; the owner of the former one can take it back."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.publications.models import Publication
from subscribers.address_change import (
    ChangeOver,
    MovedLately,
    NoChange,
    ask_change,
    carry_out_change,
    has_reader,
    read_change,
    take_back,
)
from subscribers.leaving import unsubscribing
from subscribers.models import ConsentRecord, Subscriber, Subscription
from subscribers.suppressing import is_kept_out, is_suppressed
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

NEW = "new@readers.example"


def addresses(session: Session) -> list[str]:
    return list(session.exec(select(Subscriber.address).order_by(col(Subscriber.id))).all())


def ask(session: Session, subscription: Subscription) -> int:
    return ask_change(session, subscription.subscriber_id, "new@Readers.example", NOON).key


def test_nothing_changes_before_the_new_owner_confirms(
    session: Session, publication: Publication
) -> None:
    key = ask(session, join(session, publication))
    assert addresses(session) == [ADA]
    assert carry_out_change(session, key, network="203.0.113.9", now=NOON)
    assert not carry_out_change(session, key, now=NOON), "twice is harmless"
    assert addresses(session) == [NEW]
    record = session.exec(select(ConsentRecord).where(col(ConsentRecord.act) == "address")).one()
    assert (record.words, record.network) == (
        "a new address, confirmed by its owner",
        "203.0.113.0/24",
    )


def test_the_former_owner_takes_it_back(session: Session, publication: Publication) -> None:
    key = ask(session, join(session, publication))
    with pytest.raises(NoChange):
        take_back(session, key, NOON)
    carry_out_change(session, key, now=NOON)
    assert take_back(session, key, NOON)
    assert not take_back(session, key, NOON), "twice is harmless"
    assert addresses(session) == [ADA]


def test_nobody_else_brings_the_mailbox_back_that_a_reader_moved_away_from(
    session: Session, publication: Publication
) -> None:
    """An old list, or a program, would bring them a second letter of each issue."""
    subscription = join(session, publication)
    key = ask(session, subscription)
    carry_out_change(session, key, now=NOON)
    assert (is_kept_out(session, ADA.upper()), is_kept_out(session, NEW)) == (True, False)
    assert not is_suppressed(session, ADA), "they may ask for it themselves"
    take_back(session, key, NOON)
    assert (is_kept_out(session, ADA), is_kept_out(session, NEW)) == (False, True)


def test_who_signs_up_at_a_mailbox_that_was_left_is_brought_by_anybody_again(
    session: Session, publication: Publication
) -> None:
    carry_out_change(session, ask(session, join(session, publication)), now=NOON)
    join(session, publication)
    assert not is_kept_out(session, ADA)


def test_another_spelling_of_the_same_mailbox_leaves_none_behind(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    change = ask_change(session, subscription.subscriber_id, ADA.upper(), NOON)
    carry_out_change(session, change.key, now=NOON)
    assert not is_kept_out(session, ADA)


def test_who_signed_up_at_the_former_address_becomes_one_with_who_comes_back(
    session: Session, publication: Publication
) -> None:
    """Else anybody could stop a take-back by typing the address into the form."""
    key = ask(session, join(session, publication))
    carry_out_change(session, key, now=NOON)
    join(session, publication, ADA)
    assert take_back(session, key, NOON)
    assert addresses(session) == [ADA]


def test_to_become_one_with_a_reader_is_final_and_waits_for_changes_that_are_not(
    session: Session, publication: Publication
) -> None:
    mine = join(session, publication)
    join(session, publication, NEW)
    first = ask_change(session, mine.subscriber_id, "other@readers.example", NOON)
    carry_out_change(session, first.key, now=NOON)
    key = ask(session, mine)
    with pytest.raises(MovedLately):
        carry_out_change(session, key, now=NOON)
    later = NOON + timedelta(days=30, seconds=1)
    assert carry_out_change(session, key, now=later)
    assert not take_back(session, key, later)
    assert addresses(session) == [NEW]


def test_who_moved_in_at_a_former_address_is_not_carried_off_by_a_take_back(
    session: Session, publication: Publication
) -> None:
    """A thief's mailbox is left, filled with a stolen subscription, and taken back."""
    mine = join(session, publication)
    left = ask(session, mine)
    carry_out_change(session, left, now=NOON)
    victim = join(session, publication, "victim@readers.example")
    stolen = ask_change(session, victim.subscriber_id, ADA, NOON)
    carry_out_change(session, stolen.key, now=NOON)
    with pytest.raises(MovedLately):
        take_back(session, left, NOON)
    assert take_back(session, stolen.key, NOON)
    assert take_back(session, left, NOON)
    assert addresses(session) == [ADA, "victim@readers.example"]


def test_a_reader_from_a_list_who_never_pressed_a_button_is_a_reader(
    session: Session, publication: Publication
) -> None:
    mine = join(session, publication)
    change = ask_change(session, mine.subscriber_id, NEW, NOON)
    other = join(session, publication, NEW, status="unconfirmed", confirmed_at=None)
    assert not has_reader(session, change), "anybody may have typed the address"
    for status, confirmed_at in (("active", None), ("unconfirmed", NOON), ("unsubscribed", None)):
        other.status = status
        other.confirmed_at = confirmed_at
        session.flush()
        assert has_reader(session, change), (status, confirmed_at)


def test_the_last_wish_counts(session: Session, publication: Publication) -> None:
    mine = join(session, publication)
    first = ask(session, mine)
    assert ask(session, mine) == first, "the same one goes on"
    other = ask_change(session, mine.subscriber_id, "other@readers.example", NOON)
    with pytest.raises(ChangeOver):
        carry_out_change(session, first, now=NOON)
    assert carry_out_change(session, other.key, now=NOON)


def test_two_subscribers_become_one_who_has_the_subscriptions_of_both(
    session: Session, publication: Publication
) -> None:
    mine = join(session, publication)
    unsubscribing.end_subscription(session, mine.key, by="link", issue_id=3, now=NOON)
    other = join(session, publication, NEW)
    elsewhere = Subscription(
        subscriber_id=other.subscriber_id,
        publication_id=publication.key + 1,
        status="active",
        joined_at=NOON,
    )
    session.add(elsewhere)
    session.flush()
    assert carry_out_change(session, ask(session, mine), now=NOON)
    assert addresses(session) == [NEW]
    kept = session.exec(select(Subscription).order_by(col(Subscription.id))).all()
    assert {subscription.subscriber_id for subscription in kept} == {mine.subscriber_id}
    assert [(found.publication_id, found.status) for found in kept] == [
        (publication.key, "active"),
        (publication.key + 1, "active"),
    ]
    assert (mine.left_at, mine.left_by, mine.left_issue_id) == (None, "", None)
    acts = session.exec(
        select(ConsentRecord.act).where(col(ConsentRecord.subscription_id) == mine.key)
    ).all()
    assert sorted(acts) == ["address", "ask", "ask", "confirm", "confirm", "confirm", "leave"]


def test_an_unknown_change_is_refused(session: Session) -> None:
    with pytest.raises(NoChange):
        read_change(session, 404)
