"""Booking: slots are made, listed and ended."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.tools import directory
from newsletter.tools.models import Slot
from newsletter.tools.rotation import SlotKind

KINDS: tuple[SlotKind, ...] = ("featured", "paid")
LONGEST = timedelta(days=731)


class BadSlot(Refused):
    """A slot is featured or paid, ends on the day that it starts or later, within two years, and its cap is 0 (none) or more."""


class SlotOverlaps(Conflict):
    """That tool has a slot on some of these days already. End that one, or choose other days."""


class NotBookable(Conflict):
    """That tool is retired. Bring it back first."""


class NoSlot(NotFound):
    """There is no such slot."""

    hint = "`newsletter tool slot list` shows those there are."


def book(
    session: Session, tool_id: int, *, kind: str, starts_on: date, ends_on: date, cap: int = 0
) -> Slot:
    """Give a tool a place in the issues of those days. Raises BadSlot, NotBookable or SlotOverlaps."""
    tool = directory.read_tool(session, tool_id)
    if kind not in KINDS or not starts_on <= ends_on <= starts_on + LONGEST or not 0 <= cap <= 1000:
        raise BadSlot
    if tool.status != "active":
        raise NotBookable
    if any(
        starts_on <= slot.ends_on and slot.starts_on <= ends_on
        for slot in slots_of_tool(session, tool_id)
    ):
        raise SlotOverlaps
    slot = Slot(
        publication_id=tool.publication_id,
        tool_id=tool_id,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        cap=cap,
    )
    session.add(slot)
    session.flush()
    return slot


def end(session: Session, slot_id: int, today: date) -> Slot:
    """End a slot before `today`; one that has not begun is left with no day at all. Its past stays on record."""
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise NoSlot
    slot.ends_on = min(slot.ends_on, today - timedelta(days=1))
    session.flush()
    return slot


def slots_of_tool(session: Session, tool_id: int) -> Sequence[Slot]:
    """Return a tool's slots, the newest first; those that were ended before they began are not among them."""
    query = select(Slot).where(
        col(Slot.tool_id) == tool_id, col(Slot.ends_on) >= col(Slot.starts_on)
    )
    return session.exec(query.order_by(col(Slot.starts_on).desc(), col(Slot.id).desc())).all()


def all_slots(session: Session, publication_id: int) -> Sequence[Slot]:
    """Return all slots of a publication, the newest first; without those that were ended before they began."""
    query = select(Slot).where(
        col(Slot.publication_id) == publication_id, col(Slot.ends_on) >= col(Slot.starts_on)
    )
    return session.exec(query.order_by(col(Slot.starts_on).desc(), col(Slot.id).desc())).all()


def tools_paid_on(session: Session, publication_id: int, day: date) -> frozenset[int]:
    """Return the tools that have a paid slot on that day: wherever they are shown, the disclosure label stands beside them."""
    query = select(Slot.tool_id).where(
        col(Slot.publication_id) == publication_id, col(Slot.kind) == "paid"
    )
    return frozenset(
        session.exec(query.where(col(Slot.starts_on) <= day, col(Slot.ends_on) >= day)).all()
    )
