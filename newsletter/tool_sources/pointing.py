"""What is pointed out of tools that readers may meet: changes, dead links, and who disappeared.

An editor takes a change over, or leaves the tool as it is; then it is not pointed out again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from newsletter.tool_sources.deciding import read_gathered
from newsletter.tool_sources.judging import find_changes, watched_of
from newsletter.tool_sources.models import GatheredTool, WatchedPage
from newsletter.tool_sources.storing import changes_in_words
from newsletter.tools import directory
from newsletter.tools.models import Tool

# What an editor left as it is, beside the fields of the card.
MISSING, TROUBLE = "missing", "trouble"
DISAPPEARED = "Its source does not show it any more."


@dataclass(frozen=True, slots=True)
class PointedOut:
    """One tool with what is pointed out of it; `changes` can be taken over."""

    gathered_id: int
    tool_id: int
    name: str
    source_id: int
    changes: Mapping[str, tuple[str, str]]
    missing: bool = False
    trouble: str = ""

    @property
    def sentence(self) -> str:
        """All of it in words."""
        missing = DISAPPEARED if self.missing else ""
        return " ".join(filter(None, (changes_in_words(self.changes), self.trouble, missing)))


def pointed_out(session: Session, publication_id: int) -> Sequence[PointedOut]:
    """Return what an editor should look at, by the names of the tools."""
    query = (
        select(GatheredTool, Tool)
        .join(Tool, col(Tool.id) == col(GatheredTool.tool_id))
        .where(
            GatheredTool.publication_id == publication_id,
            GatheredTool.status == "accepted",
            Tool.status == "active",
        )
        .order_by(col(Tool.name))
    )
    troubles = _troubles(session, publication_id)
    found = [
        _point_out(gathered, tool, troubles.get(gathered.key, ""))
        for gathered, tool in session.exec(query)
    ]
    return [point for point in found if point.sentence]


def take_over(
    session: Session,
    publication_id: int,
    gathered_id: int,
) -> Tool:
    """Write what changed into the tool, and nothing else of it.

    Raises NoGatheredTool, BadTool or KnownTool: a tool of that name may be here already.
    """
    gathered = read_gathered(session, publication_id, gathered_id)
    tool = directory.read_tool(session, gathered.tool_id or 0)
    card = directory.card_of(tool)
    now = {field: value for field, (_, value) in _open_changes(gathered, tool).items()}
    card = replace(
        card,
        name=now.get("name", card.name),
        url=now.get("url", card.url),
        price=now.get("price", card.price),
        image_url=now.get("image_url", card.image_url),
    )
    directory.change(
        session,
        tool.key,
        card,
        category=tool.category,
        is_sponsor=tool.is_sponsor,
    )
    gathered.decided = {**gathered.decided, **watched_of(directory.card_of(gathered))}
    session.flush()
    return tool


def leave(
    session: Session,
    publication_id: int,
    gathered_id: int,
) -> GatheredTool:
    """Leave the tool as it is; what is pointed out now is not pointed out again.

    Raises NoGatheredTool.
    """
    gathered = read_gathered(session, publication_id, gathered_id)
    trouble = _troubles(session, publication_id).get(gathered.key, "")
    gathered.decided = {
        **watched_of(directory.card_of(gathered)),
        MISSING: str(gathered.missing_at or ""),
        TROUBLE: trouble,
    }
    session.flush()
    return gathered


def _point_out(
    gathered: GatheredTool,
    tool: Tool,
    trouble: str,
) -> PointedOut:
    decided = gathered.decided
    return PointedOut(
        gathered.key,
        tool.key,
        tool.name,
        gathered.source_id,
        _open_changes(gathered, tool),
        gathered.missing_at is not None and decided.get(MISSING) != str(gathered.missing_at),
        trouble if trouble != decided.get(TROUBLE) else "",
    )


def _open_changes(gathered: GatheredTool, tool: Tool) -> dict[str, tuple[str, str]]:
    """Return what changed since an editor decided, but what they wrote into the tool themselves."""
    now = watched_of(directory.card_of(gathered))
    differs = find_changes(watched_of(directory.card_of(tool)), now)
    changes = find_changes(gathered.decided, now)
    return {field: change for field, change in changes.items() if field in differs}


def _troubles(session: Session, publication_id: int) -> dict[int, str]:
    """Return the troubles of pages and links, by gathered tool."""
    query = (
        select(WatchedPage.gathered_id, WatchedPage.trouble)
        .join(GatheredTool, col(GatheredTool.id) == col(WatchedPage.gathered_id))
        .where(GatheredTool.publication_id == publication_id, WatchedPage.trouble != "")
    )
    return {gathered_id: trouble for gathered_id, trouble in session.exec(query) if gathered_id}
