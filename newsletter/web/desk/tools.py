"""The tools at the desk: what waits for a decision, the tools there are, and each one's slots."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from sqlmodel import Session

from newsletter.desk.models import Editor
from newsletter.errors import Conflict, Refused
from newsletter.issues.featuring import SlotUse, day_of, issues_with, slot_uses, upcoming_tools
from newsletter.letters import makers
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.schedule.cadence import next_due, parse
from newsletter.tools import directory, slots, submissions
from newsletter.tools.cards import Card, find_problems, read_card
from newsletter.tools.slots import BadSlot
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import EditorDep, PublicationDep, Reading, RuntimeDep, Writing

pages = APIRouter(prefix="/desk/tools")
FormStr = Annotated[str, Form()]
FormInt = Annotated[int, Form()]
TABS = ("waiting", "tools", "approved", "rejected")
MOST = 100  # of the decided ones on the page


def card(
    name: FormStr = "",
    url: FormStr = "",
    price: FormStr = "",
    description: FormStr = "",
    tags: FormStr = "",
    image_url: FormStr = "",
) -> Card:
    """What an editor leaves of a card."""
    return read_card(
        name=name, url=url, price=price, description=description, tags=tags, image_url=image_url
    )


CardDep = Annotated[Card, Depends(card)]


@pages.get("")
def tools_page(
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    tab: str = "waiting",
    show_id: int = 0,
    told: str = "",
) -> Response:
    return _list(session, runtime, publication, editor, tab=tab, show_id=show_id, told=told)


@pages.post("/submissions/{submission_id}/approve")
def approve(
    submission_id: int,
    edited: CardDep,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
    category: FormStr = "",
) -> Response:
    """Say yes to what the editor left of it; on an error the card stays as it was edited."""
    wrong = find_problems(edited)
    if not wrong and directory.find_by_name(session, publication.key, edited.name):
        wrong = {"name": str(directory.KnownTool())}
    if wrong:
        return _list(
            session,
            runtime,
            publication,
            editor,
            show_id=submission_id,
            edited=edited,
            category=category,
            wrong=wrong,
        )
    at = _publisher(publication, runtime)
    tool = makers.approve(
        session,
        at,
        makers.SeenSubmission(submission_id, version),
        edited,
        category=category,
        by=editor.address,
        now=runtime.clock.now(),
    )
    return go_to(f"/desk/tools/{tool.id}?told=approved")


@pages.post("/submissions/{submission_id}/ask")
def ask(
    submission_id: int,
    _: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
    question: FormStr = "",
) -> Response:
    makers.ask_maker(
        session,
        _publisher(publication, runtime),
        makers.SeenSubmission(submission_id, version),
        question,
        now=runtime.clock.now(),
    )
    return go_to("/desk/tools?told=asked")


@pages.post("/submissions/{submission_id}/reject")
def reject(
    submission_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    version: FormInt,
    reason: FormStr = "",
) -> Response:
    at, now = _publisher(publication, runtime), runtime.clock.now()
    seen = makers.SeenSubmission(submission_id, version)
    makers.reject(session, at, seen, reason, by=editor.address, now=now)
    return go_to("/desk/tools?told=rejected")


@pages.get("/{tool_id}")
def tool_page(
    tool_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
    told: str = "",
) -> Response:
    return _tool(session, runtime, publication, editor, tool_id, told=told)


@pages.post("/{tool_id}")
def change(
    tool_id: int,
    edited: CardDep,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    category: FormStr = "",
    is_sponsor: Annotated[bool, Form()] = False,
) -> Response:
    try:
        directory.change(session, tool_id, edited, category=category, is_sponsor=is_sponsor)
    except (directory.BadTool, directory.KnownTool) as error:
        return _tool(
            session,
            runtime,
            publication,
            editor,
            tool_id,
            edited=edited,
            category=category,
            error=str(error),
        )
    return go_to(f"/desk/tools/{tool_id}?told=saved")


@pages.post("/{tool_id}/retire")
def retire(tool_id: int, _: EditorDep, session: Writing) -> Response:
    directory.retire(session, tool_id)
    return go_to(f"/desk/tools/{tool_id}")


@pages.post("/{tool_id}/restore")
def restore(tool_id: int, _: EditorDep, session: Writing) -> Response:
    directory.restore(session, tool_id)
    return go_to(f"/desk/tools/{tool_id}")


@pages.post("/{tool_id}/slots")
def book(
    tool_id: int,
    editor: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    kind: FormStr = "featured",
    starts_on: FormStr = "",
    ends_on: FormStr = "",
    cap: FormStr = "",
) -> Response:
    """Give the tool a slot; without a last day it is for one day."""
    try:
        first, last, most = _days(starts_on, ends_on or starts_on, cap or "0")
        slots.book(session, tool_id, kind=kind, starts_on=first, ends_on=last, cap=most)
    except (Refused, Conflict) as error:
        typed = {"kind": kind, "starts_on": starts_on, "ends_on": ends_on, "cap": cap}
        return _tool(session, runtime, publication, editor, tool_id, slot=typed, error=str(error))
    return go_to(f"/desk/tools/{tool_id}?told=booked#slots")


@pages.post("/{tool_id}/slots/{slot_id}/end")
def end(
    tool_id: int,
    slot_id: int,
    _: EditorDep,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    slots.end(session, slot_id, day_of(publication, runtime.clock.now()))
    return go_to(f"/desk/tools/{tool_id}#slots")


def _publisher(publication: Publication, runtime: Runtime) -> Publisher:
    return Publisher(publication, runtime.urls, runtime.signer)


def _days(starts_on: str, ends_on: str, cap: str) -> tuple[date, date, int]:
    try:
        return date.fromisoformat(starts_on), date.fromisoformat(ends_on), int(cap)
    except ValueError:
        raise BadSlot from None


def _list(
    session: Session,
    runtime: Runtime,
    publication: Publication,
    editor: Editor,
    *,
    tab: str = "waiting",
    show_id: int = 0,
    told: str = "",
    edited: Card | None = None,
    category: str | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    key = publication.key
    tab = tab if tab in TABS else "waiting"
    queue = submissions.with_status(session, key, tab) if tab != "tools" else ()
    queue = queue if tab == "waiting" else queue[::-1][:MOST]
    one = next((each for each in queue if each.id == show_id), queue[0] if queue else None)
    kept = (
        edited
        if edited and one and one.id == show_id
        else submissions.card_of(one)
        if one
        else Card()
    )
    return show(
        "desk/tools.html",
        422 if wrong else 200,
        editor=editor,
        publication=publication,
        tab=tab,
        counts=submissions.count_by_status(session, key),
        queue=queue,
        one=one,
        card=kept,
        category=category if category is not None else next(iter(kept.tags), ""),
        same=submissions.find_duplicates(session, one) if one else (),
        tools=directory.all_tools(session, key),
        next=_next(session, runtime, publication) if tab == "tools" else None,
        wrong=wrong or {},
        told=told,
    )


def _next(session: Session, runtime: Runtime, publication: Publication) -> Mapping[str, object]:
    """What the next issue would show, were it proposed now."""
    due_at = next_due(parse(publication.cadence), runtime.clock.now())
    names = {tool.id: tool.name for tool in directory.all_tools(session, publication.key)}
    choice = upcoming_tools(session, publication, due_at)
    return {
        "due_at": due_at,
        "shown": [(names[pick.tool_id], pick) for pick in choice.shown],
        "passed": [(names[key], why) for key, why in choice.passed],
    }


def _tool(
    session: Session,
    runtime: Runtime,
    publication: Publication,
    editor: Editor,
    tool_id: int,
    *,
    edited: Card | None = None,
    category: str | None = None,
    slot: Mapping[str, str] | None = None,
    error: str = "",
    told: str = "",
) -> Response:
    tool = directory.read_tool(session, tool_id)
    used = slot_uses(session, publication.key)
    today = day_of(publication, runtime.clock.now())
    return show(
        "desk/tool.html",
        422 if error else 200,
        editor=editor,
        publication=publication,
        tool=tool,
        card=edited or directory.card_of(tool),
        category=tool.category if category is None else category,
        slots=[
            (each, used.get(each.key, SlotUse())) for each in slots.slots_of_tool(session, tool_id)
        ],
        slot=slot or {"kind": "featured", "starts_on": "", "ends_on": "", "cap": ""},
        today=today,
        issues=issues_with(session, tool_id),
        code=_publisher(publication, runtime).embed_code(tool),
        error=error,
        told=told,
    )
