"""A leave always works, is counted once, and can be taken back."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from newsletter.moves import WrongMove
from newsletter.publications.models import Publication
from subscribers.joining import signup
from subscribers.kept.counting import count_by_status
from subscribers.leaving import unsubscribing
from subscribers.leaving.unsubscribing import NoLeave, NoReason, Way
from subscribers.models import Leave
from tests.samples.times import NOON
from tests.subscribers.people import exclusions, join

NETWORK = "203.0.113.9"


def leaves(session: Session) -> list[tuple[str, str]]:
    rows = session.exec(select(Leave).order_by(col(Leave.id))).all()
    return [(leave.by, leave.status) for leave in rows]


def test_who_left_is_not_considered_and_an_old_confirm_link_does_not_bring_them_back(
    session: Session, publication: Publication
) -> None:
    asked = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    assert unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOON
    )
    assert not unsubscribing.end_subscription(
        session, asked.subscription_id, by="link", issue_id=None, now=NOON
    )
    assert exclusions(session, publication) == []
    with pytest.raises(signup.NoSubscription):
        signup.confirm(session, asked.subscription_id, now=NOON)
    unsubscribing.undo_leave(session, asked.subscription_id, NOON)
    assert count_by_status(session, publication.key) == {"active": 1}


def test_the_first_way_stays(session: Session, publication: Publication) -> None:
    subscription = join(session, publication)
    unsubscribing.end_subscription(session, subscription.key, by="one-click", issue_id=3, now=NOON)
    unsubscribing.end_subscription(session, subscription.key, by="link", issue_id=4, now=NOON)
    assert (subscription.left_by, subscription.left_issue_id) == ("one-click", 3)
    assert leaves(session) == [("one-click", "obeyed")]


def test_a_doubtful_leave_ends_nothing_until_the_person_presses_once_more(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    for _ in range(2):
        way = Way("link", 3, 2, NETWORK)
        unsubscribing.note_doubtful_leave(session, subscription.key, way, NOON)
    assert subscription.status == "active"
    assert leaves(session) == [("link", "doubtful")]
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    assert subscription.status == "unsubscribed"
    assert leaves(session) == [("link", "obeyed")], "it is counted once"


def test_an_editor_decides_a_doubtful_leave_once(
    session: Session, publication: Publication
) -> None:
    first = join(session, publication, "ada@readers.example")
    second = join(session, publication, "bob@readers.example")
    for subscription in (first, second):
        way = Way("link", network=NETWORK)
        unsubscribing.note_doubtful_leave(session, subscription.key, way, NOON)
    obeyed, stays = unsubscribing.waiting_leaves(session, publication.key)
    unsubscribing.decide_leave(session, obeyed.key, obey=True, now=NOON)
    unsubscribing.decide_leave(session, stays.key, obey=False, now=NOON)
    assert (first.status, second.status) == ("unsubscribed", "active")
    assert unsubscribing.waiting_leaves(session, publication.key) == []
    with pytest.raises(WrongMove):
        unsubscribing.decide_leave(session, obeyed.key, obey=True, now=NOON)


def test_others_of_the_same_network_are_counted_for_a_minute(
    session: Session, publication: Publication
) -> None:
    keys = [join(session, publication, f"{name}@readers.example").key for name in "abc"]
    for key in keys[:2]:
        unsubscribing.end_subscription(session, key, by="link", network=NETWORK, now=NOON)
    later = NOON + timedelta(seconds=59)
    assert unsubscribing.others_nearby(session, keys[2], "203.0.113.200", later) == 2
    assert unsubscribing.others_nearby(session, keys[0], NETWORK, later) == 1, "not itself"
    assert unsubscribing.others_nearby(session, keys[2], "198.51.100.1", later) == 0
    assert unsubscribing.others_nearby(session, keys[2], "nonsense", later) == 0
    assert unsubscribing.others_nearby(session, keys[2], NETWORK, later + timedelta(minutes=1)) == 0


def test_a_leave_that_is_taken_back_is_not_counted(
    session: Session, publication: Publication
) -> None:
    subscription = join(session, publication)
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    for _ in range(2):
        unsubscribing.undo_leave(session, subscription.key, NOON)
    assert (subscription.status, subscription.left_at, subscription.left_by) == ("active", None, "")
    assert leaves(session) == [("link", "undone")]


def test_who_never_confirmed_is_unconfirmed_again(
    session: Session, publication: Publication
) -> None:
    asked = signup.sign_up(session, publication.key, "ada@readers.example", now=NOON)
    unsubscribing.end_subscription(session, asked.subscription_id, by="link", now=NOON)
    assert unsubscribing.undo_leave(session, asked.subscription_id, NOON).status == "unconfirmed"


def test_a_reason_is_ticked_or_written(session: Session, publication: Publication) -> None:
    subscription = join(session, publication)
    unsubscribing.end_subscription(session, subscription.key, by="link", now=NOON)
    leave = unsubscribing.latest_leave(session, subscription.key)
    assert leave is not None
    with pytest.raises(NoReason):
        unsubscribing.set_reason(session, leave.key, "because", " ")
    unsubscribing.set_reason(session, leave.key, "because", " too\n long ")
    assert (leave.why, leave.words) == ("other", "too long")
    unsubscribing.set_reason(session, leave.key, "often", "")
    assert (leave.why, leave.words) == ("often", "")
    with pytest.raises(NoLeave):
        unsubscribing.set_reason(session, leave.key + 1, "often", "")
