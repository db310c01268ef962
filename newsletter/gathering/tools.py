"""Featured tools, and whose turn it is."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from newsletter.errors import Conflict, Refused
from newsletter.gathering.models import Tool


class BadTool(Refused):
    """A tool needs a name and an http or https address."""


class KnownTool(Conflict):
    """There is a tool of that name already."""


def add(
    session: Session,
    publication_id: int,
    *,
    name: str,
    url: str,
    price: str,
    description: str,
    tags: list[str],
    image_url: str = "",
) -> Tool:
    """Add a tool. Raises BadTool or KnownTool."""
    if not name.strip() or not url.startswith(("http://", "https://")):
        raise BadTool
    known = select(Tool.id).where(col(Tool.publication_id) == publication_id, col(Tool.name) == name.strip())
    if session.exec(known).first() is not None:
        raise KnownTool
    tool = Tool(
        publication_id=publication_id,
        name=name.strip(),
        url=url,
        price=price,
        description=description,
        tags=[tag.lstrip("#") for tag in tags],
        image_url=image_url,
    )
    session.add(tool)
    session.flush()
    return tool


def pick(session: Session, publication_id: int, count: int) -> list[Tool]:
    """Return the `count` tools whose turn it is: never featured first, then longest ago, then lowest id."""
    tools = session.exec(select(Tool).where(col(Tool.publication_id) == publication_id)).all()
    turn = sorted(tools, key=lambda t: (t.featured_at is not None, t.featured_at.timestamp() if t.featured_at else 0, t.id))
    return turn[:count]


def featured(session: Session, tool_ids: Sequence[int], now: datetime) -> None:
    """Note that tools were sent: they go to the end of the queue."""
    session.exec(update(Tool).where(col(Tool.id).in_(tool_ids)).values(featured_at=now))
