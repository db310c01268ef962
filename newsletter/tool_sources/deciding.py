"""What waits for an editor's yes, and their yes or no, which can be taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.errors import NotFound, Refused
from newsletter.statements import locked
from newsletter.tool_sources.judging import watched_of
from newsletter.tool_sources.keys import keys_of
from newsletter.tool_sources.models import GatheredTool
from newsletter.tool_sources.storing import note_yes
from newsletter.tools import directory
from newsletter.tools.models import Tool

MOST_SHOWN = 50  # on one page
MOST_AT_ONCE = 10_000


class NoGatheredTool(NotFound):
    """There is no such gathered tool. Open the list again."""


class WasHereBefore(Refused):
    """This tool was here before any source showed it, so there is no yes to take back."""


def with_status(
    session: Session,
    publication_id: int,
    status: str,
    most: int = MOST_SHOWN,
) -> Sequence[GatheredTool]:
    """Return gathered tools of a status: waiting ones oldest first, others newest decision first.

    Those that were here before any source showed them are none of an editor's decisions.
    """
    query = select(GatheredTool).filter_by(publication_id=publication_id, status=status)
    if status == "waiting":
        order = [col(GatheredTool.first_seen_at), col(GatheredTool.id)]
        return session.exec(query.order_by(*order).limit(most)).all()
    decided = query.where(col(GatheredTool.decided_at).is_not(None))
    newest = decided.order_by(col(GatheredTool.decided_at).desc(), col(GatheredTool.id).desc())
    return session.exec(newest.limit(most)).all()


def count_by_status(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many gathered tools there are of each status."""
    query = select(GatheredTool.status, func.count()).filter_by(publication_id=publication_id)
    return dict(session.exec(query.group_by(GatheredTool.status)).all())


def accept(
    session: Session,
    publication_id: int,
    ids: Sequence[int],
    *,
    by: str,
    now: datetime,
) -> int:
    """Make tools of gathered ones; returns how many. Those that were decided already stay.

    One that was added by hand meanwhile is that tool, and no second is made.
    """
    rows = _waiting(session, publication_id, ids)
    known = _tools_by_key(session, publication_id)
    for gathered in rows:
        keys = keys_of(gathered.name, gathered.url)
        tool = next((known[key] for key in keys if key in known), None)
        is_made = tool is None
        if tool is None:
            card = (directory.card_of(gathered), gathered.category)
            (tool,) = directory.add_many(session, publication_id, [card])
            known.update(dict.fromkeys(keys, tool))
        elif gathered.tool_id == tool.id and tool.status == "retired":
            tool.move_to("active")  # the yes was taken back before
            is_made = True
        note_yes(gathered, tool.key, by, now)
        gathered.is_made = is_made
    session.flush()
    return len(rows)


def refuse(
    session: Session,
    publication_id: int,
    ids: Sequence[int],
    *,
    by: str,
    now: datetime,
) -> int:
    """Say no to gathered tools; no source brings them back. Returns how many."""
    rows = _waiting(session, publication_id, ids)
    for gathered in rows:
        gathered.move_to("refused")
        gathered.decided = watched_of(directory.card_of(gathered))
        gathered.decided_by = by
        gathered.decided_at = now
    session.flush()
    return len(rows)


def take_back(
    session: Session,
    publication_id: int,
    gathered_id: int,
) -> GatheredTool:
    """Let a decided tool wait again; a tool that was made of it is retired.

    Raises NoGatheredTool, WasHereBefore or WrongMove.
    """
    gathered = read_gathered(session, publication_id, gathered_id)
    if gathered.status == "accepted" and not gathered.is_made:
        raise WasHereBefore
    gathered.move_to("waiting")
    if gathered.tool_id is not None:
        tool = directory.read_tool(session, gathered.tool_id)
        if tool.status == "active":
            tool.move_to("retired")
    gathered.decided_at = None
    session.flush()
    return gathered


def read_gathered(
    session: Session,
    publication_id: int,
    gathered_id: int,
) -> GatheredTool:
    """Return a gathered tool of the publication, locked; raises NoGatheredTool."""
    query = select(GatheredTool).filter_by(id=gathered_id, publication_id=publication_id)
    gathered = session.exec(locked(query)).one_or_none()
    if gathered is None:
        raise NoGatheredTool
    return gathered


def _waiting(
    session: Session,
    publication_id: int,
    ids: Sequence[int],
) -> list[GatheredTool]:
    """Return those that still wait, locked: somebody else may have decided meanwhile."""
    query = select(GatheredTool).filter_by(publication_id=publication_id, status="waiting")
    chosen = query.where(col(GatheredTool.id).in_(ids[:MOST_AT_ONCE]))
    return list(session.exec(locked(chosen.order_by(col(GatheredTool.id)))).all())


def _tools_by_key(session: Session, publication_id: int) -> dict[str, Tool]:
    known: dict[str, Tool] = {}
    for tool in directory.all_tools(session, publication_id):
        for key in keys_of(tool.name, tool.url):
            known.setdefault(key, tool)
    return known
