"""Featuring: which tools an issue shows, by slot or by turn, and in which issues a tool was."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import current_issue
from newsletter.publications.models import Publication
from newsletter.tools import directory, slots
from newsletter.tools.models import Slot, Tool
from newsletter.tools.rotation import (
    BookedSlot,
    Contender,
    Pick,
    SlotKind,
    ToolChoice,
    choose,
)

PROMISED = (
    "proposed",
    "held",
    "approved",
    "sent",
)  # a slot in an open issue may yet be shown, so its cap counts it


@dataclass(frozen=True, slots=True)
class SlotUse:
    """How often a slot was shown in sent issues, and in how many open ones it stands."""

    sent: int = 0
    open: int = 0


def tool_blocks(session: Session, publication: Publication, issue: Issue) -> list[Block]:
    """Return the blocks of the tools that this issue shows, not yet added; each says why it is there."""
    choice = choose_tools(session, publication, issue.due_at, issue.id)
    return [
        _block(issue, place, directory.read_tool(session, pick.tool_id), pick, publication)
        for place, pick in enumerate(choice.shown)
    ]


def best_tools(
    session: Session,
    publication: Publication,
    issue: Issue,
    sent: Sequence[Issue],
    clicks: Mapping[str, int],
) -> list[Block]:
    """Return the blocks of the tools that people followed most from the issues that were sent, not yet added.

    What was shown by a slot does not come again: its place was given or sold for its days. Rivals are kept apart.
    """
    numbers = {issue.key: issue.number for issue in sent}
    shown = select(Block).where(
        col(Block.issue_id).in_(numbers), col(Block.kind) == "tools", col(Block.slot_id).is_(None)
    )
    addresses: dict[int, set[str]] = defaultdict(set)
    last: dict[int, int] = {}
    for block in session.exec(shown.order_by(col(Block.issue_id))):
        addresses[block.tool_id or 0].add(block.url)
        last[block.tool_id or 0] = numbers[block.issue_id]
    clicked = {key: sum(clicks.get(url, 0) for url in urls) for key, urls in addresses.items()}
    standing = [
        tool for tool in directory.public_tools(session, publication.key) if tool.id in clicked
    ]
    best: list[Tool] = []
    for tool in sorted(standing, key=lambda one: (-clicked[one.key], -last[one.key], one.id)):
        if len(best) < publication.tools and not any(
            tool.category and tool.category == other.category for other in best
        ):
            best.append(tool)
    return [
        _block(
            issue,
            place,
            tool,
            Pick(tool.key, None, "turn", _again(clicked[tool.key], last[tool.key])),
            publication,
        )
        for place, tool in enumerate(best)
    ]


def choose_tools(
    session: Session, publication: Publication, due_at: datetime, issue_id: int | None = None
) -> ToolChoice:
    """Choose for the issue that is due then; what issue `issue_id` itself shows already is not counted against its slots."""
    key = publication.key
    active = [tool for tool in directory.all_tools(session, key) if tool.status == "active"]
    used = slot_uses(session, key, issue_id)
    places = [_place(slot, used.get(slot.key, SlotUse())) for slot in slots.all_slots(session, key)]
    return choose(
        [_contender(tool) for tool in active],
        places,
        day_of(publication, due_at),
        publication.tools,
    )


def upcoming_tools(session: Session, publication: Publication, due_at: datetime) -> ToolChoice:
    """Choose for the deadline that comes next, as if its issue were proposed now; one that is open for it does not count."""
    issue = current_issue(session, publication.key)
    return choose_tools(
        session, publication, due_at, issue.id if issue and issue.due_at == due_at else None
    )


def day_of(publication: Publication, at: datetime) -> date:
    """Return the day of an instant in the publication's own zone."""
    return at.astimezone(ZoneInfo(publication.cadence.split()[-1])).date()


def slot_uses(
    session: Session, publication_id: int, but_issue: int | None = None
) -> dict[int, SlotUse]:
    """Return by slot how often it was sent and promised, counted from blocks; `but_issue` is left out."""
    query = (
        select(Block.slot_id, Issue.status, func.count())
        .join(Issue, col(Issue.id) == col(Block.issue_id))
        .where(
            col(Issue.publication_id) == publication_id,
            col(Block.slot_id).is_not(None),
            col(Issue.status).in_(PROMISED),
            col(Issue.id) != (but_issue or 0),
        )
        .group_by(col(Block.slot_id), col(Issue.status))
    )
    found: dict[int, SlotUse] = {}
    for slot_id, status, count in session.exec(query).all():
        before = found.get(slot_id or 0, SlotUse())
        found[slot_id or 0] = (
            SlotUse(before.sent + count, before.open)
            if status == "sent"
            else SlotUse(before.sent, before.open + count)
        )
    return found


def issues_with(session: Session, tool_id: int) -> Sequence[Issue]:
    """Return the sent issues in which a tool was featured, newest first."""
    query = select(Issue).join(Block, col(Block.issue_id) == col(Issue.id))
    query = query.where(col(Block.tool_id) == tool_id, col(Issue.status) == "sent")
    return session.exec(query.order_by(col(Issue.number).desc())).all()


def _again(clicked: int, number: int) -> str:
    return f"clicked {clicked:,} times" if clicked else f"featured in issue {number}"


def _contender(tool: Tool) -> Contender:
    return Contender(tool.key, tool.name, tool.category, tool.featured_at, tool.is_sponsor)


def _place(slot: Slot, used: SlotUse) -> BookedSlot:
    kind: SlotKind = "paid" if slot.kind == "paid" else "featured"
    return BookedSlot(
        slot.key, slot.tool_id, kind, slot.starts_on, slot.ends_on, slot.cap, used.sent + used.open
    )


def _block(issue: Issue, position: int, tool: Tool, pick: Pick, publication: Publication) -> Block:
    return Block(
        issue_id=issue.key,
        kind="tools",
        position=position,
        tool_id=tool.id,
        slot_id=pick.slot_id,
        label=publication.disclosure if pick.kind == "paid" else "",
        title=tool.name,
        text=tool.description,
        url=tool.url,
        price=tool.price,
        tags=list(tool.tags),
        image_url=tool.image_url,
        reasons=[pick.reason],
    )
