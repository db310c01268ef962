"""Pure. Which tools an issue shows, and why: values in, ids with reasons out; the same values give the same choice in any order.

Paid slots that are due come first, then featured ones, then the rotation: never featured first, then longest ago. Rivals, tools
of one category, are kept apart. What was sold is shown even if the plan has fewer places; all else fills the places that remain.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

SlotKind = Literal["paid", "featured"]


@dataclass(frozen=True, slots=True)
class Contender:
    """A tool that may be shown. `is_only_by_slot`: it has no turn in the rotation."""

    id: int
    name: str
    category: str = ""
    featured_at: datetime | None = None
    is_only_by_slot: bool = False


@dataclass(frozen=True, slots=True)
class BookedSlot:
    """A slot: its tool, its days (both included), its cap (0: none) and how often it was shown or is promised by an open issue."""

    id: int
    tool_id: int
    kind: SlotKind
    starts_on: date
    ends_on: date
    cap: int = 0
    used: int = 0

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def is_used_up(self) -> bool:
        return 0 < self.cap <= self.used


@dataclass(frozen=True, slots=True)
class Pick:
    """A tool that is shown, by a slot or by its turn."""

    tool_id: int
    slot_id: int | None
    kind: Literal["paid", "featured", "turn"]
    reason: str


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """What is shown, in its order, and why each other tool is not."""

    shown: tuple[Pick, ...]
    passed: tuple[tuple[int, str], ...]  # tool id, reason


@dataclass(slots=True)
class _Lineup:
    """The choice as it grows."""

    count: int
    shown: list[Pick] = field(default_factory=list)
    tools: list[Contender] = field(default_factory=list)
    passed: dict[int, str] = field(default_factory=dict)

    def offer(self, tool: Contender, pick: Pick) -> None:
        if any(tool.id == other.id for other in self.tools):
            return
        rival = next((other for other in self.tools if are_rivals(tool, other)), None)
        if rival is not None:
            self.passed.setdefault(
                tool.id,
                f"a rival of {rival.name}, which is shown: both are {rival.category.strip()}",
            )
        elif len(self.shown) >= self.count and pick.kind != "paid":
            self.passed.setdefault(tool.id, f"no place left: the plan has {self.count}")
        else:
            self.shown.append(pick)
            self.tools.append(tool)
            self.passed.pop(tool.id, None)


def choose(
    tools: Iterable[Contender], places: Iterable[BookedSlot], day: date, count: int
) -> ToolChoice:
    """Choose for the issue of that day. A paid slot that is due is shown unless its cap is reached or a rival's paid slot is first."""
    by_id = {tool.id: tool for tool in tools}
    due = [place for place in places if place.tool_id in by_id and place.covers(day)]
    row = _Lineup(count)
    for place in sorted(due, key=lambda one: (one.kind != "paid", one.used, one.ends_on, one.id)):
        if place.is_used_up:
            row.passed.setdefault(
                place.tool_id, f"its slot was used {_times(place.used)}, the cap is {place.cap}"
            )
        else:
            row.offer(by_id[place.tool_id], Pick(place.tool_id, place.id, place.kind, _why(place)))
    _rotate(row, by_id.values(), {place.tool_id for place in due if place.kind == "paid"})
    shown = frozenset(pick.tool_id for pick in row.shown)
    return ToolChoice(
        tuple(row.shown),
        tuple(sorted((key, why) for key, why in row.passed.items() if key not in shown)),
    )


def are_rivals(one: Contender, other: Contender) -> bool:
    """True for two tools of one category; without a category a tool has no rival."""
    return (
        bool(one.category.strip())
        and one.category.strip().casefold() == other.category.strip().casefold()
    )


def _rotate(row: _Lineup, tools: Iterable[Contender], paying: set[int]) -> None:
    """Whose turn it is. Who pays for these days is not shown beside it without a label."""
    for tool in sorted(tools, key=_turn):
        if tool.is_only_by_slot:
            row.passed.setdefault(tool.id, "a sponsor: shown by its slots only, and none is due")
        elif tool.id in paying:
            row.passed.setdefault(tool.id, "it has a paid slot on this day, so it takes no turn")
        else:
            row.offer(tool, Pick(tool.id, None, "turn", _when(tool)))


def _turn(tool: Contender) -> tuple[bool, float, int]:
    return (
        tool.featured_at is not None,
        tool.featured_at.timestamp() if tool.featured_at else 0.0,
        tool.id,
    )


def _when(tool: Contender) -> str:
    return (
        f"its turn: last featured on {tool.featured_at:%d %B %Y}"
        if tool.featured_at
        else "its turn: never featured yet"
    )


def _why(place: BookedSlot) -> str:
    days = (
        f"{place.starts_on}"
        if place.starts_on == place.ends_on
        else f"{place.starts_on} to {place.ends_on}"
    )
    return f"a {place.kind} slot, {days}" + (
        f", time {place.used + 1} of {place.cap}" if place.cap else ""
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
