"""Slots: a tool has one place a day, on days that can be."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.tools import directory, slots
from newsletter.tools.cards import Card

CARD = Card(
    "Inkwell Lens", "https://inkwell.example", "Free", "Reads scanned letters.", ("Documents",)
)
DAY = date(2026, 5, 12)
WEEK = timedelta(days=7)


def test_a_slot_ends_by_the_last_day_that_a_calendar_has(
    session: Session, publication: Publication
) -> None:
    key = directory.add(session, publication.key, CARD).key
    first = date.max - WEEK
    slot = slots.book(session, key, kind="paid", starts_on=first, ends_on=date.max, cap=1)
    assert slot.ends_on == date.max


def test_a_slot_is_refused_on_days_that_are_wrong_or_taken(
    session: Session, publication: Publication
) -> None:
    tool = directory.add(session, publication.key, CARD)
    key = tool.key
    slot = slots.book(
        session, key, kind="paid", starts_on=DAY, ends_on=DAY + timedelta(days=7), cap=1
    )
    for days in (-1, 9999):
        with pytest.raises(slots.BadSlot):
            slots.book(session, key, kind="paid", starts_on=DAY, ends_on=DAY + timedelta(days=days))
    with pytest.raises(slots.SlotOverlaps):
        slots.book(
            session,
            key,
            kind="featured",
            starts_on=DAY + timedelta(days=7),
            ends_on=DAY + timedelta(days=8),
        )
    slots.end(session, slot.key, DAY)
    assert not slots.slots_of_tool(session, key), "ended before it began"
    directory.retire(session, key)
    with pytest.raises(slots.NotBookable):
        slots.book(session, key, kind="featured", starts_on=DAY, ends_on=DAY)


def test_a_slot_that_began_ends_before_today_and_is_listed_the_newest_first(
    session: Session, publication: Publication
) -> None:
    tool = directory.add(session, publication.key, CARD).key
    old = slots.book(session, tool, kind="paid", starts_on=DAY - WEEK, ends_on=DAY + WEEK)
    slots.end(session, old.key, DAY)
    assert old.ends_on == DAY - timedelta(days=1)
    new = slots.book(session, tool, kind="featured", starts_on=DAY, ends_on=DAY)
    assert slots.all_slots(session, publication.key) == [new, old]
    with pytest.raises(slots.NoSlot):
        slots.end(session, 999, DAY)


def test_the_tools_that_pay_for_a_day_are_known_and_no_featured_one(
    session: Session, publication: Publication
) -> None:
    key = publication.key
    paying = directory.add(session, key, CARD).key
    featured = directory.add(session, key, Card("Pen", CARD.url)).key
    slots.book(session, paying, kind="paid", starts_on=DAY, ends_on=DAY + WEEK)
    slots.book(session, featured, kind="featured", starts_on=DAY, ends_on=DAY + WEEK)
    days = [DAY - timedelta(days=1), DAY, DAY + WEEK, DAY + WEEK + timedelta(days=1)]
    paid = [slots.tools_paid_on(session, key, day) for day in days]
    assert paid == [frozenset(), {paying}, {paying}, frozenset()]
