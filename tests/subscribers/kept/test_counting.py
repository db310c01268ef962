"""Kept counts are sums of what changes added."""

import pytest
from sqlmodel import Session, func, select, update

from subscribers.joining import signup
from subscribers.kept import counting, keeping
from subscribers.kept.counting import count_by_status
from subscribers.kept.models import KeptCount
from subscribers.models import Subscription
from tests.samples.times import NOON
from tests.subscribers.kept.lists import kept_texts


def test_who_signs_up_costs_nothing_that_is_kept(session: Session, kept: int) -> None:
    before = session.exec(select(func.count()).select_from(KeptCount)).one()
    signup.sign_up(session, kept, "new@readers.example", now=NOON)
    assert session.exec(select(func.count()).select_from(KeptCount)).one() == before
    assert len(kept_texts(session)) == 2
    assert count_by_status(session, kept) == {"active": 2, "unconfirmed": 1}


def test_many_changes_are_added_up(
    session: Session, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_ROWS", 3)
    for status in ("unsubscribed", "active", "unsubscribed"):
        session.execute(update(Subscription).values(status=status))
    keeping.keep_some(session, kept)
    assert session.exec(select(func.count()).select_from(KeptCount)).one() <= 2
    assert count_by_status(session, kept) == {"unsubscribed": 2}
    assert counting.count_active(session, kept) == 0
