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
