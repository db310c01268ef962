"""Counts are kept by window, under keys that name nobody, and swept when they are past."""

from datetime import timedelta

from sqlmodel import Session, select

from newsletter.intake.counting import SWEPT, count_up, forget_past
from newsletter.intake.models import Tally
from tests.samples.times import NOON

SECRET = "a secret of the tests"
HOUR = timedelta(hours=1)
NETWORK = ("network", "203.0.113.0/24")
FORM = ("form", "a token")


def test_each_thing_is_counted_by_itself_and_in_its_window(session: Session) -> None:
    assert count_up(session, SECRET, {NETWORK: NOON, FORM: NOON}) == {NETWORK: 1, FORM: 1}
    assert count_up(session, SECRET, {NETWORK: NOON}) == {NETWORK: 2}
    assert count_up(session, SECRET, {NETWORK: NOON + HOUR}) == {NETWORK: 1}
    assert count_up(session, SECRET, {FORM: NOON}, by=-1) == {FORM: 0}


def test_parts_of_a_name_are_not_run_together(session: Session) -> None:
    count_up(session, SECRET, {("a", "bc"): NOON})
    assert count_up(session, SECRET, {("ab", "c"): NOON}) == {("ab", "c"): 1}


def test_a_key_is_another_one_under_another_secret(session: Session) -> None:
    for secret in (SECRET, "another secret"):
        assert count_up(session, secret, {NETWORK: NOON}) == {NETWORK: 1}
    keys = session.exec(select(Tally.key)).all()
    assert len(set(keys)) == 2
    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)


def test_what_is_past_is_swept_some_at_a_time(session: Session) -> None:
    for first in range(0, SWEPT + 1, 100):
        names = {("n", str(number)): NOON for number in range(first, min(first + 100, SWEPT + 1))}
        count_up(session, SECRET, names)
    count_up(session, SECRET, {NETWORK: NOON + HOUR})
    later = NOON + timedelta(seconds=1)
    assert [forget_past(session, later) for _ in range(3)] == [SWEPT, 1, 0]
    assert len(session.exec(select(Tally)).all()) == 1
