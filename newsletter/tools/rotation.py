"""Pure. Which tools an issue shows, and why: the same values give the same choice in any order.

Paid slots that are due come first, then featured ones, then the rotation: never featured first,
then longest ago. Rivals, two tools of one category, are kept apart. A slot that was sold is shown
even if the plan has fewer places; all else fills the places that remain.
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
    """A slot: its tool, its days (both included), and its cap (0: none).

    `used` is how often it was shown, or is promised by an open issue.
    """

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
    """The tools that are shown, in order, and the reason why each other tool is not."""

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
        obstacle = self._obstacle(tool, pick)
        if obstacle:
            self.pass_over(tool.id, obstacle)
        else:
            self._show(tool, pick)

    def pass_over(self, tool_id: int, reason: str) -> None:
        """Note why a tool is not shown; its first reason stays."""
        self.passed.setdefault(tool_id, reason)

    def choice(self) -> ToolChoice:
        shown = frozenset(pick.tool_id for pick in self.shown)
        # A tool that is shown may have another slot, which was passed over.
        passed = ((key, reason) for key, reason in self.passed.items() if key not in shown)
        return ToolChoice(tuple(self.shown), tuple(sorted(passed)))

    def _obstacle(self, tool: Contender, pick: Pick) -> str:
        """Return why there is no place for a tool, "" if there is one."""
        rival = next((other for other in self.tools if are_rivals(tool, other)), None)
        if rival is not None:
            shared = rival.category.strip()
            return f"a rival of {rival.name}, which is shown: both are {shared}"
        if len(self.shown) >= self.count and pick.kind != "paid":
            return f"no place left: the plan has {self.count}"
        return ""

    def _show(self, tool: Contender, pick: Pick) -> None:
        self.shown.append(pick)
        self.tools.append(tool)
        self.passed.pop(tool.id, None)


def choose(
    tools: Iterable[Contender],
    places: Iterable[BookedSlot],
    day: date,
    count: int,
) -> ToolChoice:
    """Choose for the issue of that day, which has `count` places.

    A paid slot that is due is shown unless its cap is reached or a rival's paid slot is first.
    """
    by_id = {tool.id: tool for tool in tools}
    due = [place for place in places if place.tool_id in by_id and place.covers(day)]
    lineup = _Lineup(count)
    for place in sorted(due, key=_rank):
        _offer_slot(lineup, by_id[place.tool_id], place)
    _rotate(lineup, by_id.values(), _paying(due))
    return lineup.choice()


def _paying(due: Iterable[BookedSlot]) -> set[int]:
    """Return the ids of the tools with a paid slot, whether it is used up or not."""
    return {place.tool_id for place in due if place.kind == "paid"}


def are_rivals(tool: Contender, other: Contender) -> bool:
    """True for two tools of one category; without a category a tool has no rival."""
    category = tool.category.strip().casefold()
    return bool(category) and category == other.category.strip().casefold()


def _rank(place: BookedSlot) -> tuple[bool, int, date, int]:
    """Paid first; then the least used, so that two slots of rivals take turns."""
    return place.kind != "paid", place.used, place.ends_on, place.id


def _offer_slot(
    lineup: _Lineup,
    tool: Contender,
    place: BookedSlot,
) -> None:
    if place.is_used_up:
        times = _times(place.used)
        lineup.pass_over(tool.id, f"its slot was used {times}, the cap is {place.cap}")
    else:
        lineup.offer(tool, _pick_of_slot(place))


def _pick_of_slot(place: BookedSlot) -> Pick:
    return Pick(place.tool_id, place.id, place.kind, _slot_reason(place))


def _rotate(
    lineup: _Lineup,
    tools: Iterable[Contender],
    paying: set[int],
) -> None:
    """Offer the tools by turn. One that pays for these days is not shown without its label."""
    for tool in sorted(tools, key=_turn):
        if tool.is_only_by_slot:
            lineup.pass_over(tool.id, "a sponsor: shown by its slots only, and none is due")
        elif tool.id in paying:
            lineup.pass_over(tool.id, "it has a paid slot on this day, so it takes no turn")
        else:
            lineup.offer(tool, Pick(tool.id, None, "turn", _turn_reason(tool)))


def _turn(tool: Contender) -> tuple[bool, float, int]:
    if tool.featured_at is None:
        return False, 0.0, tool.id
    return True, tool.featured_at.timestamp(), tool.id


def _turn_reason(tool: Contender) -> str:
    if tool.featured_at is None:
        return "its turn: never featured yet"
    return f"its turn: last featured on {tool.featured_at:%d %B %Y}"


def _slot_reason(place: BookedSlot) -> str:
    cap = f", time {place.used + 1} of {place.cap}" if place.cap else ""
    return f"a {place.kind} slot, {_days(place)}{cap}"


def _days(place: BookedSlot) -> str:
    if place.ends_on == place.starts_on:
        return f"{place.starts_on}"
    return f"{place.starts_on} to {place.ends_on}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
