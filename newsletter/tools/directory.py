"""Featured tools: adding, changing and retiring them, and finding them by name, page or tag."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select, update

from newsletter.errors import Conflict, NotFound, Refused
from newsletter.statements import add_and_flush
from newsletter.text import free_name, one_line
from newsletter.tools.cards import Card, find_problems, slug_of
from newsletter.tools.models import Tool


class CardRow(Protocol):
    """A row with a card in it: of a tool, of a submission, or of a gathered tool."""

    name: str
    url: str
    price: str
    description: str
    tags: list[str]
    image_url: str


R = TypeVar("R", bound=CardRow)
BY_NAME = (func.lower(Tool.name), col(Tool.id))


class BadTool(Refused):
    """A tool needs a name and an http or https address."""


class KnownTool(Conflict):
    """There is a tool of that name already. Change that one, or give this one another name."""


class NoTool(NotFound):
    """There is no such tool."""

    hint = "`newsletter tool list` shows those there are."


def add(
    session: Session,
    publication_id: int,
    card: Card,
    *,
    category: str = "",
    is_sponsor: bool = False,
) -> Tool:
    """Add a tool by its card. Raises BadTool or KnownTool."""
    _check(session, publication_id, card, None)
    slug = _free_slug(session, publication_id, card.name)
    tool = Tool(
        publication_id=publication_id,
        slug=slug,
        name=card.name,
        url=card.url,
        is_sponsor=is_sponsor,
        category=_category(category),
    )
    return add_and_flush(session, write_card(tool, card))


def add_many(
    session: Session,
    publication_id: int,
    cards: Sequence[tuple[Card, str]],
) -> Sequence[Tool]:
    """Add tools by their cards, each with its category. Raises BadTool.

    No tool has one of their names: who calls this has looked, once for all of them.
    """
    slugs = set(session.exec(select(Tool.slug).filter_by(publication_id=publication_id)).all())
    tools = []
    for card, category in cards:
        _refuse_problems(card)
        slug = free_name(slug_of(card.name), slugs)
        slugs.add(slug)
        tool = Tool(
            publication_id=publication_id,
            slug=slug,
            name=card.name,
            url=card.url,
            category=_category(category),
        )
        tools.append(write_card(tool, card))
    session.add_all(tools)
    session.flush()
    return tools


def change(
    session: Session,
    tool_id: int,
    card: Card,
    *,
    category: str,
    is_sponsor: bool,
) -> Tool:
    """Change a tool's card; its page keeps its address. Raises BadTool or KnownTool."""
    tool = read_tool(session, tool_id)
    _check(session, tool.publication_id, card, tool_id)
    tool.category = _category(category)
    tool.is_sponsor = is_sponsor
    write_card(tool, card)
    session.flush()
    return tool


def retire(session: Session, tool_id: int) -> Tool:
    """Feature a tool no more; its page and its badge are gone, what was sent stays."""
    return _move(session, tool_id, "retired")


def restore(session: Session, tool_id: int) -> Tool:
    """Bring a retired tool back."""
    return _move(session, tool_id, "active")


def read_tool(session: Session, tool_id: int) -> Tool:
    """Return a tool; raises NoTool."""
    tool = session.get(Tool, tool_id)
    if tool is None:
        raise NoTool
    return tool


def all_tools(session: Session, publication_id: int) -> Sequence[Tool]:
    """Return all tools, by name."""
    query = select(Tool).filter_by(publication_id=publication_id)
    return session.exec(query.order_by(*BY_NAME)).all()


def public_tools(session: Session, publication_id: int) -> Sequence[Tool]:
    """Return the tools that have a page, by name: active, and no sponsor's."""
    return [
        tool
        for tool in all_tools(session, publication_id)
        if tool.status == "active" and not tool.is_sponsor
    ]


def public_tool(
    session: Session,
    publication_id: int,
    slug: str,
) -> Tool:
    """Return the tool whose page has that name; raises NoTool for one without a page."""
    query = select(Tool).filter_by(
        publication_id=publication_id,
        slug=slug,
        status="active",
        is_sponsor=False,
    )
    tool = session.exec(query).one_or_none()
    if tool is None:
        raise NoTool("There is no such tool here, or it was taken out.")
    return tool


def recently_featured(
    session: Session,
    publication_id: int,
    count: int,
) -> Sequence[Tool]:
    """Return tools for pages that show a few: the last featured first, then those
    never featured."""
    return sorted(public_tools(session, publication_id), key=_latest_first)[:count]


def card_of(tool: CardRow) -> Card:
    """Return the card in a row."""
    return Card(tool.name, tool.url, tool.price, tool.description, tuple(tool.tags), tool.image_url)


def write_card(row: R, card: Card) -> R:
    """Put a card into a row, and return that."""
    row.name = card.name
    row.url = card.url
    row.price = card.price
    row.description = card.description
    row.tags = list(card.tags)
    row.image_url = card.image_url
    return row


def mark_featured(
    session: Session,
    tool_ids: Sequence[int],
    now: datetime,
) -> None:
    """Note that tools were sent: they go to the end of the queue."""
    session.exec(update(Tool).where(col(Tool.id).in_(tool_ids)).values(featured_at=now))


def find_by_name(
    session: Session,
    publication_id: int,
    name: str,
) -> Tool | None:
    """Return the tool of that name, whatever its case."""
    return session.exec(
        select(Tool).filter_by(publication_id=publication_id).where(_is_called(name)).limit(1)
    ).one_or_none()


def _is_called(name: str) -> ColumnElement[bool]:
    return func.lower(Tool.name) == name.strip().lower()


def _check(
    session: Session,
    publication_id: int,
    card: Card,
    tool_id: int | None,
) -> None:
    """Raise BadTool or KnownTool."""
    _refuse_problems(card)
    same = find_by_name(session, publication_id, card.name)
    if same is not None and same.id != tool_id:
        raise KnownTool


def _refuse_problems(card: Card) -> None:
    """Raise BadTool."""
    problems = find_problems(card)
    if problems:
        raise BadTool(" ".join(problems.values()))


def _latest_first(tool: Tool) -> tuple[float, int]:
    return -tool.featured_at.timestamp() if tool.featured_at else 0.0, tool.key


def _category(text: str) -> str:
    return one_line(text)[:60]


def _free_slug(
    session: Session,
    publication_id: int,
    name: str,
) -> str:
    base = slug_of(name)
    query = select(Tool.slug).filter_by(publication_id=publication_id)
    taken = session.exec(query.where(col(Tool.slug).startswith(base)))
    return free_name(base, taken.all())


def _move(session: Session, tool_id: int, to: str) -> Tool:
    tool = read_tool(session, tool_id)
    tool.move_to(to)
    session.flush()
    return tool
