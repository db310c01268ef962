"""One tool at the desk: its card, its slots, its badge. The list of all is in submissions.py."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.issues.featuring import SlotUse, issues_with, slot_uses
from newsletter.tools import directory, slots
from newsletter.tools.cards import Card, read_card
from newsletter.tools.models import Slot
from newsletter.tools.slots import BadSlot
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_MANAGE_TOOLS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading, Writing

pages = APIRouter(prefix="/desk/tools", dependencies=TO_MANAGE_TOOLS)


class CardForm(BaseModel):
    """What an editor leaves of a card, and the category that keeps rivals apart."""

    name: str = ""
    url: str = ""
    price: str = ""
    description: str = ""
    tags: str = ""
    image_url: str = ""
    category: str = ""

    def card(self) -> Card:
        """The card with its white space folded; nothing of it is judged yet."""
        return read_card(
            name=self.name,
            url=self.url,
            price=self.price,
            description=self.description,
            tags=self.tags,
            image_url=self.image_url,
        )


class ToolForm(CardForm):
    """A tool as an editor wants it; a sponsor's is shown by its slots only."""

    is_sponsor: bool = False  # a box: not sent if it is not ticked


ToolFormDep = Annotated[ToolForm, Form()]


class SlotForm(BaseModel):
    """A slot as it was typed: text throughout, so that a refusal can show it again."""

    kind: str = "featured"
    starts_on: str = ""
    ends_on: str = ""
    cap: str = ""

    def days(self) -> tuple[date, date]:
        """The first and the last day: the same if no last one is given. Raises BadSlot."""
        try:
            first = date.fromisoformat(self.starts_on)
            return first, date.fromisoformat(self.ends_on or self.starts_on)
        except ValueError:
            raise BadSlot from None

    def most(self) -> int:
        """The number of issues at most; 0 for as many as its days have. Raises BadSlot."""
        try:
            return int(self.cap or "0")
        except ValueError:
            raise BadSlot from None


SlotFormDep = Annotated[SlotForm, Form()]


@pages.get("/{tool_id}")
def tool_page(
    tool_id: int,
    desk: DeskDep,
    session: Reading,
    done: str = "",
) -> Response:
    return _page(session, desk, tool_id, done=done)


@pages.post("/{tool_id}")
def change(
    tool_id: int,
    desk: DeskDep,
    session: Writing,
    form: ToolFormDep,
) -> Response:
    try:
        directory.change(
            session,
            tool_id,
            form.card(),
            category=form.category,
            is_sponsor=form.is_sponsor,
        )
    except (directory.BadTool, directory.KnownTool) as error:
        return _page(
            session,
            desk,
            tool_id,
            edited=form,
            error=explain(error),
        )
    return _go_back(tool_id, "?done=saved")


@pages.post("/{tool_id}/retire")
def retire(
    tool_id: int,
    _: DeskDep,
    session: Writing,
) -> Response:
    directory.retire(session, tool_id)
    return _go_back(tool_id)


@pages.post("/{tool_id}/restore")
def restore(
    tool_id: int,
    _: DeskDep,
    session: Writing,
) -> Response:
    directory.restore(session, tool_id)
    return _go_back(tool_id)


@pages.post("/{tool_id}/slots")
def book(
    tool_id: int,
    desk: DeskDep,
    session: Writing,
    form: SlotFormDep,
) -> Response:
    """Give the tool a slot; without a last day it is for one day."""
    try:
        first, last = form.days()
        slots.book(
            session,
            tool_id,
            kind=form.kind,
            starts_on=first,
            ends_on=last,
            cap=form.most(),
        )
    # NotFound is no matter of what was typed, and has a page of its own.
    except (Refused, Conflict) as error:
        return _page(
            session,
            desk,
            tool_id,
            slot=form,
            error=explain(error),
        )
    return _go_back(tool_id, "?done=booked#slots")


@pages.post("/{tool_id}/slots/{slot_id}/end")
def end(
    tool_id: int,
    slot_id: int,
    desk: DeskDep,
    session: Writing,
) -> Response:
    slots.end(session, slot_id, desk.today)
    return _go_back(tool_id, "#slots")


def _go_back(tool_id: int, end: str = "") -> Response:
    return go_to(f"/desk/tools/{tool_id}{end}")


def _page(
    session: Session,
    desk: Desk,
    tool_id: int,
    *,
    edited: CardForm | None = None,
    slot: SlotForm | None = None,
    error: str = "",
    done: str = "",
) -> Response:
    """Show a tool; `edited` and `slot` are what was typed, and stay as they are beside `error`."""
    tool = directory.read_tool(session, tool_id)
    return desk.show(
        "desk/tool.html",
        422 if error else 200,
        tool=tool,
        card=edited.card() if edited else directory.card_of(tool),
        category=edited.category if edited else tool.category,
        slots=_read_slots(session, desk, tool_id),
        slot=slot or SlotForm(),
        # A slot that is over has no button to end it.
        today=desk.today,
        issues=issues_with(session, tool_id),
        code=desk.publisher.embed_code(tool),
        error=error,
        done=done,
    )


def _read_slots(
    session: Session,
    desk: Desk,
    tool_id: int,
) -> Sequence[tuple[Slot, SlotUse]]:
    """A tool's slots, each with how often it was shown and is promised."""
    uses = slot_uses(session, desk.key)
    return [(slot, uses.get(slot.key, SlotUse())) for slot in slots.slots_of_tool(session, tool_id)]
