"""Slots: dated places for tools in issues are booked, listed and ended."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.statements import add_and_flush
from newsletter.tools import directory
from newsletter.tools.models import Slot
from newsletter.tools.rotation import SlotKind

KINDS: tuple[SlotKind, ...] = ("featured", "paid")
LONGEST = timedelta(days=731)  # two years, one of them a leap year
MOST_CAP = 1000


class BadSlot(Refused):
    """A slot is featured or paid, ends on the day that it starts or later, within two years, and
    its cap is 0 (none) or more."""


class SlotOverlaps(Conflict):
    """That tool has a slot on some of these days already. End that one, or choose other days."""


class NotBookable(Conflict):
    """That tool is retired. Bring it back first."""


class NoSlot(NotFound):
    """There is no such slot."""

    hint = "`newsletter tool slot list` shows those there are."


def book(
    session: Session,
    tool_id: int,
    *,
    kind: str,
    starts_on: date,
    ends_on: date,
    cap: int = 0,
) -> Slot:
    """Give a tool a place in the issues of those days.

    Raises BadSlot, NotBookable or SlotOverlaps.
    """
    tool = directory.read_tool(session, tool_id)
    slot = Slot(
        publication_id=tool.publication_id,
        tool_id=tool_id,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        cap=cap,
    )
    _check_terms(slot)
    if tool.status != "active":
        raise NotBookable
    if any(_overlap(slot, other) for other in slots_of_tool(session, tool_id)):
        raise SlotOverlaps
    return add_and_flush(session, slot)


def end(session: Session, slot_id: int, today: date) -> Slot:
    """End a slot before `today`; its past stays on record.

    A slot that has not begun is left with no day at all.
    """
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise NoSlot
    slot.ends_on = min(slot.ends_on, today - timedelta(days=1))
    session.flush()
    return slot


def slots_of_tool(session: Session, tool_id: int) -> Sequence[Slot]:
    """Return a tool's slots, the newest first, without those ended before they began."""
    return session.exec(_newest_first(select(Slot).filter_by(tool_id=tool_id))).all()


def all_slots(session: Session, publication_id: int) -> Sequence[Slot]:
    """Return all slots, the newest first, without those ended before they began."""
    return session.exec(_newest_first(select(Slot).filter_by(publication_id=publication_id))).all()


def tools_paid_on(
    session: Session,
    publication_id: int,
    day: date,
) -> frozenset[int]:
    """Return the tools that have a paid slot on that day.

    The disclosure label is shown with them, on whatever page they are.
    """
    paid = select(Slot.tool_id).filter_by(publication_id=publication_id, kind="paid")
    return frozenset(session.exec(paid.where(_covers(day))).all())


def _check_terms(slot: Slot) -> None:
    """Raise BadSlot."""
    if slot.kind not in KINDS or not 0 <= slot.cap <= MOST_CAP:
        raise BadSlot
    # By the difference: no day is two years after one of the year 9999.
    if not timedelta() <= slot.ends_on - slot.starts_on <= LONGEST:
        raise BadSlot


def _covers(day: date) -> ColumnElement[bool]:
    """The condition that a slot counts for that day."""
    return and_(col(Slot.starts_on) <= day, col(Slot.ends_on) >= day)


def _overlap(slot: Slot, other: Slot) -> bool:
    return slot.starts_on <= other.ends_on and other.starts_on <= slot.ends_on


def _newest_first(query: SelectOfScalar[Slot]) -> SelectOfScalar[Slot]:
    begun = query.where(col(Slot.ends_on) >= col(Slot.starts_on))
    return begun.order_by(col(Slot.starts_on).desc(), col(Slot.id).desc())
