"""Featuring: which tools an issue shows, by slot or by turn, and in which issues a tool was."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from newsletter.issues.models import Block, Issue
from newsletter.issues.reading import NEWEST_FIRST, current_issue
from newsletter.publications.models import Publication
from newsletter.tools import directory, slots
from newsletter.tools.models import Slot, Tool
from newsletter.tools.rotation import BookedSlot, Contender, Pick, SlotKind, ToolChoice, choose

# A slot in an open issue may yet be shown, so its cap counts it.
PROMISED = ("proposed", "held", "approved", "sent")


@dataclass(frozen=True, slots=True)
class SlotUse:
    """How often a slot was shown in sent issues, and how many open ones have it."""

    sent: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A tool in sent issues: how often people followed it, and the number of the last issue."""

    tool_id: int
    clicked: int
    last_number: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Its place among others, the most clicked first, then the last shown."""
        return -self.clicked, -self.last_number, self.tool_id

    @property
    def pick(self) -> Pick:
        """How it comes into another issue: by its turn."""
        return Pick(self.tool_id, None, "turn", self._reason)

    @property
    def _reason(self) -> str:
        """Why it is shown again."""
        if self.clicked:
            return f"clicked {self.clicked:,} times"
        return f"featured in issue {self.last_number}"


def tool_blocks(
    session: Session,
    publication: Publication,
    issue: Issue,
) -> list[Block]:
    """Return the blocks of the tools that this issue shows, not yet added.

    Each says why it is there.
    """
    choice = choose_tools(session, publication, issue.due_at, issue.id)
    blocks: list[Block] = []
    for pick in choice.shown:
        tool = directory.read_tool(session, pick.tool_id)
        label = _label(publication, pick)
        blocks.append(_block(issue, tool, pick, position=len(blocks), label=label))
    return blocks


def best_tools(
    session: Session,
    publication: Publication,
    issue: Issue,
    *,
    sent: Sequence[Issue],
    clicks: Mapping[str, int],
) -> list[Block]:
    """Return the blocks of the tools that people followed most from sent issues, not yet added.

    `clicks` has how often each address was followed. A tool shown by a slot does not come again:
    its place was given or sold for its days. Rivals are kept apart.
    """
    shown = _shown_by_turn(session, sent, clicks)
    public = directory.public_tools(session, publication.key)
    again = [tool for tool in public if tool.id in shown]
    again.sort(key=lambda tool: shown[tool.key].rank)
    return [
        _block(issue, tool, shown[tool.key].pick, position=position)
        for position, tool in enumerate(_without_rivals(again, publication.tools))
    ]


def choose_tools(
    session: Session,
    publication: Publication,
    due_at: datetime,
    issue_id: int | None = None,
) -> ToolChoice:
    """Choose the tools for the issue that is due then.

    What issue `issue_id` itself shows already is not counted against its slots.
    """
    return choose(
        _contenders(session, publication.key),
        _booked_slots(session, publication.key, issue_id),
        day_of(publication, due_at),
        publication.tools,
    )


def upcoming_tools(
    session: Session,
    publication: Publication,
    due_at: datetime,
) -> ToolChoice:
    """Choose the tools for the next deadline, as if its issue were proposed now.

    An issue that is open for it already does not count.
    """
    issue = current_issue(session, publication.key)
    issue_id = issue.id if issue and issue.due_at == due_at else None
    return choose_tools(session, publication, due_at, issue_id)


def day_of(publication: Publication, at: datetime) -> date:
    """Return the day of an instant in the publication's own zone."""
    # A slot is sold by days, and its buyer counts them where the publication is.
    return at.astimezone(publication.zone).date()


def slot_uses(
    session: Session,
    publication_id: int,
    but_issue: int | None = None,
) -> dict[int, SlotUse]:
    """Return by slot how often it was sent and promised, counted from the blocks of issues.

    Issue `but_issue` is left out.
    """
    sent: Counter[int] = Counter()
    promised: Counter[int] = Counter()
    for slot_id, status, count in session.exec(_select_uses(publication_id, but_issue or 0)):
        counter = sent if status == "sent" else promised
        counter[slot_id or 0] += count
    return {key: SlotUse(sent[key], promised[key]) for key in sent | promised}


def issues_with(session: Session, tool_id: int) -> Sequence[Issue]:
    """Return the sent issues in which a tool was featured, newest first."""
    query = _select_featuring(tool_id).where(Issue.status == "sent")
    return session.exec(query.order_by(NEWEST_FIRST)).all()


def _select_featuring(tool_id: int) -> SelectOfScalar[Issue]:
    return (
        select(Issue)
        .join(
            Block,
            col(Block.issue_id) == col(Issue.id),
        )
        .where(Block.tool_id == tool_id)
    )


def _label(publication: Publication, pick: Pick) -> str:
    # Only what was paid for is disclosed as such: a featured slot is the editors' own choice.
    return publication.disclosure if pick.kind == "paid" else ""


def _contenders(session: Session, publication_id: int) -> list[Contender]:
    """Return the tools that may be shown."""
    tools = directory.all_tools(session, publication_id)
    return [_contender(tool) for tool in tools if tool.status == "active"]


def _booked_slots(
    session: Session,
    publication_id: int,
    but_issue: int | None,
) -> list[BookedSlot]:
    """Return all slots, each with how often it was used in other issues."""
    # Counted each time, not stored: a skipped issue gives its slots back by itself.
    uses = slot_uses(session, publication_id, but_issue)
    booked = slots.all_slots(session, publication_id)
    return [_booked(slot, uses.get(slot.key, SlotUse())) for slot in booked]


def _select_uses(publication_id: int, but_issue: int) -> Select[int | None, str, int]:
    """The query for slots and statuses of issues, and how many blocks each two share."""
    return (
        select(Block.slot_id, Issue.status, func.count())
        .join(
            Issue,
            col(Issue.id) == col(Block.issue_id),
        )
        .where(
            col(Block.slot_id).is_not(None),
            col(Issue.status).in_(PROMISED),
            Issue.publication_id == publication_id,
            Issue.id != but_issue,
        )
        .group_by(
            col(Block.slot_id),
            col(Issue.status),
        )
    )


def _shown_by_turn(
    session: Session,
    sent: Sequence[Issue],
    clicks: Mapping[str, int],
) -> dict[int, _Shown]:
    """Return by id the tools that these issues showed, but for those of a slot."""
    numbers = {issue.key: issue.number for issue in sent}
    blocks: dict[int, list[Block]] = defaultdict(list)
    for block in session.exec(_select_turns(numbers)):
        blocks[block.tool_id or 0].append(block)
    return {
        tool_id: _Shown(tool_id, _clicked(shown, clicks), numbers[shown[-1].issue_id])
        for tool_id, shown in blocks.items()
    }


def _clicked(blocks: Iterable[Block], clicks: Mapping[str, int]) -> int:
    """Return how often people followed a tool from these blocks."""
    # It may have had another address in an earlier issue; each is counted once.
    return sum(clicks.get(address, 0) for address in {block.url for block in blocks})


def _select_turns(issue_ids: Collection[int]) -> SelectOfScalar[Block]:
    """The query for the blocks of tools that no slot brought into these issues, oldest first."""
    return (
        select(Block)
        .where(
            col(Block.issue_id).in_(issue_ids),
            Block.kind == "tools",
            col(Block.slot_id).is_(None),
        )
        .order_by(col(Block.issue_id))
    )


def _without_rivals(ranked: Sequence[Tool], count: int) -> list[Tool]:
    """Return the first `count` tools, of each category the best only."""
    best: list[Tool] = []
    categories: set[str] = set()
    for tool in ranked:
        if len(best) < count and tool.category not in categories:
            best.append(tool)
            if tool.category:  # tools without a category are no rivals of anybody
                categories.add(tool.category)
    return best


def _contender(tool: Tool) -> Contender:
    return Contender(
        tool.key,
        tool.name,
        tool.category,
        tool.featured_at,
        tool.is_sponsor,
    )


def _booked(slot: Slot, use: SlotUse) -> BookedSlot:
    kind: SlotKind = "paid" if slot.kind == "paid" else "featured"
    return BookedSlot(
        id=slot.key,
        tool_id=slot.tool_id,
        kind=kind,
        starts_on=slot.starts_on,
        ends_on=slot.ends_on,
        cap=slot.cap,
        used=use.sent + use.open,
    )


def _block(
    issue: Issue,
    tool: Tool,
    pick: Pick,
    *,
    position: int,
    label: str = "",
) -> Block:
    return Block(
        issue_id=issue.key,
        kind="tools",
        position=position,
        tool_id=tool.id,
        slot_id=pick.slot_id,
        label=label,
        title=tool.name,
        text=tool.description,
        url=tool.url,
        price=tool.price,
        tags=list(tool.tags),
        image_url=tool.image_url,
        reasons=[pick.reason],
    )
