"""Forgetting takes the person out of every row of this room, and leaves the counts."""

from datetime import timedelta

from sqlmodel import Session, SQLModel, func, select

from newsletter.publications.models import Publication
from subscribers import forgetting
from subscribers.address_change import ask_change, carry_out_change
from subscribers.leaving import unsubscribing
from subscribers.leaving.unsubscribing import Way
from subscribers.models import AddressChange, ConsentRecord, Leave, Subscriber, Subscription
from subscribers.suppressing import hash_of, is_kept_out, is_suppressed
from tests.samples.times import NOON
from tests.subscribers.people import ADA, join

NEW = "new@readers.example"


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_a_person_is_erased_with_all_their_addresses_and_kept_out(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    change = ask_change(session, subscription.subscriber_id, NEW, NOON)
    carry_out_change(session, change.key, now=NOON)
    subscriber_id = subscription.subscriber_id
    assert sorted(forgetting.erase_subscriber(session, subscriber_id, NOON)) == [ADA, NEW]
    assert forgetting.erase_subscriber(session, subscriber_id, NOON) == [], "twice is harmless"
    for table in (Subscriber, Subscription, ConsentRecord):
        assert count(session, table) == 0, table
    kept = session.exec(select(AddressChange)).one()
    assert (kept.address, kept.former) == ("", ""), "its owner may still take it back"
    assert kept.former_hash == hash_of(session, ADA)
    assert kept.publications == [publication.key]
    for address in (ADA, NEW):
        assert is_kept_out(session, address)
        assert not is_suppressed(session, address), "they may sign up again"


def test_an_active_subscriber_leaves_by_being_forgotten(
    session: Session, publication: Publication
) -> None:
    forgetting.erase_subscriber(session, join(session, publication).subscriber_id, NOON)
    leave = session.exec(select(Leave)).one()
    assert (leave.by, leave.status, leave.subscription_id) == ("forgotten", "obeyed", None)


def test_a_leave_is_still_counted_without_words_and_network(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    way = Way("link", 3, 5, "203.0.113.9")
    unsubscribing.note_doubtful_leave(session, subscription.key, way, NOON)
    leave = session.exec(select(Leave)).one()
    unsubscribing.set_reason(session, leave.key, "often", "I am Ada")
    forgetting.erase_subscriber(session, subscription.subscriber_id, NOON)
    first = session.exec(select(Leave).order_by(Leave.id)).first()  # type: ignore[arg-type]
    assert first is leave
    assert (leave.status, leave.issue_id, leave.why) == ("obeyed", 3, "often")
    assert (leave.subscription_id, leave.words, leave.network) == (None, "", "")


def test_leavers_are_those_who_left_long_ago_and_are_on_no_list(
    session: Session, publication: Publication
) -> None:
    left, back, _ = (
        join(session, publication, f"{name}@readers.example") for name in ("ada", "bob", "cyd")
    )
    for subscription in (left, back):
        unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    elsewhere = Subscription(
        subscriber_id=back.subscriber_id,
        publication_id=publication.key + 1,
        status="active",
        joined_at=NOON,
    )
    session.add(elsewhere)
    session.flush()
    key = publication.key
    assert forgetting.leavers(session, key, NOON, 9) == []
    soon = NOON + timedelta(seconds=1)
    assert forgetting.leavers(session, key, soon, 9) == [left.subscriber_id]
