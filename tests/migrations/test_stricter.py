"""Of doubles the stricter status remains, the quieter preference, and everything that was known."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.migrations.stricter import (
    STRICTER,
    join_people,
    join_subscriptions,
    strictness,
)
from tests.samples.times import NOON

PLAIN: dict[str, Any] = {
    "status": "active",
    "joined_at": NOON,
    "confirmed_at": NOON,
    "reconfirm_by": None,
    "import_id": None,
    "source": "",
    "left_at": None,
    "left_issue_id": None,
    "left_by": "",
    "frequency": "every",
    "snoozed_until": None,
    "topics": [],
    "seen_at": None,
}
LATER = NOON + timedelta(days=1)
TIMES = st.none() | st.sampled_from([NOON, LATER])


def subscription(**values: object) -> dict[str, Any]:
    return PLAIN | values


@st.composite
def subscriptions(draw: st.DrawFn) -> dict[str, Any]:
    return subscription(
        status=draw(st.sampled_from(STRICTER)),
        confirmed_at=draw(TIMES),
        left_at=draw(TIMES),
        reconfirm_by=draw(TIMES),
        frequency=draw(st.sampled_from(["every", "monthly"])),
        snoozed_until=draw(TIMES),
        topics=draw(st.lists(st.sampled_from(["AI", "Policy"]), unique=True)),
    )


@given(st.lists(subscriptions(), min_size=2, max_size=4))
def test_no_order_makes_it_less_strict(same: list[dict[str, Any]]) -> None:
    joined = join_subscriptions(same)
    other = join_subscriptions(same[::-1])
    assert joined["status"] == other["status"]
    assert STRICTER.index(joined["status"]) == min(STRICTER.index(row["status"]) for row in same)
    for name in ("frequency", "snoozed_until", "confirmed_at", "reconfirm_by"):
        assert joined[name] == other[name], name
    assert set(joined["topics"]) == set(other["topics"])


def test_who_left_has_the_way_out_of_the_last_leave() -> None:
    first = subscription(status="unsubscribed", left_at=NOON, left_by="link", left_issue_id=1)
    last = subscription(status="unsubscribed", left_at=LATER, left_by="editor")
    joined = join_subscriptions([last, first, subscription()])
    assert (joined["left_at"], joined["left_by"], joined["left_issue_id"]) == (
        LATER,
        "editor",
        None,
    )


def test_of_two_consents_the_readers_own_counts_with_its_time() -> None:
    listed = subscription(agreed_by="", import_id=7)
    pressed = subscription(agreed_by="confirm", confirmed_at=LATER)
    joined = join_subscriptions([listed, pressed])
    assert (joined["agreed_by"], joined["confirmed_at"], joined["import_id"]) == (
        "confirm",
        LATER,
        None,
    )


def test_the_quieter_of_two_preferences_remains() -> None:
    loud = subscription(topics=["AI"])
    quiet = subscription(frequency="monthly", snoozed_until=LATER, topics=["Policy"])
    joined = join_subscriptions([loud, quiet])
    assert (joined["frequency"], joined["snoozed_until"]) == ("monthly", LATER)
    assert joined["topics"] == ["AI", "Policy"]


@pytest.mark.parametrize(("other", "kept"), [(None, None), (LATER, NOON)])
def test_who_joined_of_their_own_will_too_need_not_say_that_they_stay(
    other: datetime | None, kept: datetime | None
) -> None:
    same = [subscription(reconfirm_by=NOON), subscription(reconfirm_by=other)]
    assert join_subscriptions(same)["reconfirm_by"] == kept


def test_the_spelling_of_who_reads_is_written_to_and_nothing_known_is_lost() -> None:
    people = [
        person(1, name="", attributes={"plan": "free", "town": "Rome"}),
        person(2, name="Ada", time_zone="Europe/Rome", attributes={"plan": "pro"}),
        person(3, name="A.", attributes=None),
    ]
    theirs = {2: [subscription()], 1: [subscription(status="unconfirmed", confirmed_at=None)]}
    assert join_people(people, theirs) == {
        "address": "2@x.example",
        "name": "Ada",
        "time_zone": "Europe/Rome",
        "attributes": {"plan": "pro", "town": "Rome"},
    }


def test_of_spellings_that_nobody_confirmed_the_first_remains() -> None:
    assert join_people([person(1), person(2)], {})["address"] == "1@x.example"


def person(key: int, **values: object) -> dict[str, Any]:
    plain = {"name": "", "time_zone": "", "attributes": {}}
    return {"id": key, "address": f"{key}@x.example"} | plain | values


def test_a_complaint_is_stricter_than_a_bounce_and_both_than_what_is_not_known() -> None:
    assert sorted(["odd", "bounce", "complaint"], key=strictness) == ["complaint", "bounce", "odd"]
