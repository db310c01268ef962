"""`newsletter tool slot`: dated places for tools in issues."""

from datetime import datetime

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.issues.featuring import SlotUse, day_of, slot_uses
from newsletter.tools import directory, slots
from newsletter.tools.models import Slot

app = typer.Typer(
    help="Slots: dated places for tools in issues.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
DAY = ["%Y-%m-%d"]
FIRST = typer.Option(..., "--from", formats=DAY, help="The first day, or the day of the one issue.")
LAST = typer.Option(None, "--to", formats=DAY, help="The last day; default: the first.")
PAID = typer.Option(
    False,
    "--paid",
    help="Paid: shown before all others, with the disclosure label.",
)
CAP = typer.Option(0, help="At most so often in all; 0: in each issue of those days.")


@app.command()
def add(
    tool_id: int,
    first: datetime = FIRST,
    last: datetime = LAST,
    paid: bool = PAID,
    cap: int = CAP,
) -> None:
    """Give a tool a slot.

    Example: newsletter tool slot add 3 --from 2026-06-01 --to 2026-06-30 --paid --cap 2
    """
    with opened() as here:
        slot = here.database.write(
            slots.book,
            tool_id,
            kind="paid" if paid else "featured",
            starts_on=first.date(),
            ends_on=(last or first).date(),  # most slots are for one issue
            cap=cap,
        )
        say(f"slot {slot.id}: {slot.kind}, {slot.starts_on} to {slot.ends_on}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the slots and how often each was sent. Example: newsletter tool slot list"""
    with opened() as here:
        show(here.read(_rows), as_json=as_json)


@app.command()
def end(slot_id: int) -> None:
    """End a slot now. Example: newsletter tool slot end 5"""
    with opened() as here:
        # By the publication's calendar, in which its buyer counts the days.
        here.database.write(slots.end, slot_id, day_of(here.publication, here.now()))
        say("ended; what was sent stays on record")


def _rows(session: Session, publication_id: int) -> list[TableRow]:
    # Of retired tools, too: their slots are listed with the others.
    names = {tool.id: tool.name for tool in directory.all_tools(session, publication_id)}
    uses = slot_uses(session, publication_id)
    return [
        _row(slot, names[slot.tool_id], uses.get(slot.key, SlotUse()))
        for slot in slots.all_slots(session, publication_id)
    ]


def _row(
    slot: Slot,
    tool_name: str,
    use: SlotUse,
) -> TableRow:
    return {
        "id": slot.id,
        "tool": tool_name,
        "kind": slot.kind,
        "from": slot.starts_on,
        "to": slot.ends_on,
        "cap": slot.cap or "none",
        "sent": use.sent,
        "open": use.open,
    }
