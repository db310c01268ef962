"""`newsletter tool`: the tools that may be featured, and what makers sent in."""

from collections.abc import Mapping

import typer
from sqlmodel import Session

from newsletter.cadence.dates import next_due
from newsletter.cli.console import BY, JSON, local_time, opened, say, show
from newsletter.cli.editing import gathered, slot, tool_import, tool_source
from newsletter.cli.tables import TableRow
from newsletter.issues.featuring import upcoming_tools
from newsletter.letters import makers
from newsletter.publications.preferences import change
from newsletter.tools import directory, submissions
from newsletter.tools.cards import read_card
from newsletter.tools.models import Submission, Tool
from newsletter.tools.rotation import Pick, ToolChoice

app = typer.Typer(
    help="Featured tools, their slots, and what makers sent in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(slot.app, name="slot")  # its dates fill a file of their own
app.add_typer(tool_source.app, name="source")
app.add_typer(gathered.app, name="gathered")
app.command("import")(tool_import.import_)
PRICE = typer.Option("Free", help="The price pill.")
DESCRIPTION = typer.Option("", help="One or two sentences.")
TAG = typer.Option([], help="A #tag; may be given several times.")
IMAGE = typer.Option("", help="The address of a picture.")
CATEGORY = typer.Option("", help="Two tools of one category are rivals, never in one issue.")
SPONSOR = typer.Option(
    False,
    "--sponsor",
    help="Shown by its slots only: no page, no badge, no turn.",
)
APPROVE_CATEGORY = typer.Option("", help="Its rivals share it; default: its first tag.")
QUESTION = typer.Option(..., help="What the maker is asked, by mail.")
REASON = typer.Option(..., help="Why; the maker gets it by mail.")
STATUS = typer.Option("waiting", help="waiting, approved or rejected.")


@app.command()
def add(
    name: str,
    url: str,
    price: str = PRICE,
    description: str = DESCRIPTION,
    tag: list[str] = TAG,
    image: str = IMAGE,
    category: str = CATEGORY,
    sponsor: bool = SPONSOR,
) -> None:
    """Add a tool.

    Example: newsletter tool add "Upscayl AI" https://upscayl.org --price Free --tag Productivity
    """
    card = read_card(
        name=name,
        url=url,
        price=price,
        description=description,
        tags=tag,
        image_url=image,
    )
    with opened() as here:
        tool = here.write(directory.add, card, category=category, is_sponsor=sponsor)
        place = "by its slots only" if sponsor else "when its turn comes"
        say(f"added {tool.name}; it is featured {place}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tools, retired ones too. Example: newsletter tool list"""
    with opened() as here:
        show(here.read(_tool_rows), as_json=as_json)


@app.command("turn")
def turn(as_json: bool = JSON) -> None:
    """Show which tools the next issue would feature, which not, and why.

    Example: newsletter tool turn --json
    """
    with opened() as here:
        # Turns depend on the day: slots have dates.
        due_at = next_due(here.cadence, here.now())
        choice = here.database.read(upcoming_tools, here.publication, due_at)
        say(f"for the issue that is due at {local_time(due_at)}")
        show(_choice_rows(choice, here.read(_names)), as_json=as_json)


@app.command()
def retire(tool_id: int) -> None:
    """Feature a tool no more; its page and badge are gone. Example: newsletter tool retire 3"""
    with opened() as here:
        name = here.database.write(directory.retire, tool_id).name
        say(f"retired {name}; `newsletter tool restore {tool_id}` brings it back")


@app.command()
def restore(tool_id: int) -> None:
    """Bring a retired tool back. Example: newsletter tool restore 3"""
    with opened() as here:
        say(f"{here.database.write(directory.restore, tool_id).name} is back")


@app.command()
def disclosure(label: str) -> None:
    """Set the label of what was paid for. Example: newsletter tool disclosure Anzeige"""
    with opened() as here:
        here.write(change, disclosure=label)
        say(f"paid slots are shown as {label.strip()}")


@app.command("submissions")
def submissions_(status: str = STATUS, as_json: bool = JSON) -> None:
    """List what makers sent in. Example: newsletter tool submissions --json"""
    with opened() as here:
        show(here.read(_submission_rows, status), as_json=as_json)


@app.command()
def approve(
    submission_id: int,
    category: str = APPROVE_CATEGORY,
) -> None:
    """Approve a submission; its maker gets page and badge by mail.

    Example: newsletter tool approve 7 --category Writing
    """
    with opened() as here:
        submission = here.database.read(submissions.read_submission, submission_id)
        # As its maker wrote it: only the desk has a form to change it.
        card = submissions.card_of(submission)
        tool = here.database.write(
            makers.approve,
            here.publisher,
            makers.SeenSubmission(submission_id, submission.version),
            card,
            # Tools without a category are no rivals of anybody (`newsletter tool turn`).
            category=category or next(iter(card.tags), ""),
            by=BY,
            now=here.now(),
        )
        say(f"{tool.name} is tool {tool.id}; a running `newsletter serve` mails its maker")


@app.command()
def ask(submission_id: int, question: str = QUESTION) -> None:
    """Ask the maker of a submission.

    Example: newsletter tool ask 7 --question "Does it work offline?"
    """
    with opened() as here:
        seen = here.database.read(_see, submission_id)
        here.database.write(makers.ask_maker, here.publisher, seen, question, now=here.now())
        say("asked; the answer comes as a new version")


@app.command()
def reject(submission_id: int, reason: str = REASON) -> None:
    """Reject a submission. Example: newsletter tool reject 7 --reason "It needs an account." """
    with opened() as here:
        seen = here.database.read(_see, submission_id)
        here.database.write(makers.reject, here.publisher, seen, reason, by=BY, now=here.now())
        say("rejected; the maker gets the reason by mail")


def _names(session: Session, publication_id: int) -> Mapping[int, str]:
    """The names of all tools by id, of retired ones too: a slot of theirs says why it is passed."""
    return {tool.key: tool.name for tool in directory.all_tools(session, publication_id)}


def _see(session: Session, submission_id: int) -> makers.SeenSubmission:
    """The submission as it is now: the terminal shows no older version to decide about."""
    submission = submissions.read_submission(session, submission_id)
    return makers.SeenSubmission(submission_id, submission.version)


def _tool_rows(session: Session, publication_id: int) -> list[TableRow]:
    return [_tool_row(tool) for tool in directory.all_tools(session, publication_id)]


def _tool_row(tool: Tool) -> TableRow:
    # A sponsor that is retired is retired first of all.
    is_sponsor = tool.is_sponsor and tool.status == "active"
    return {
        "id": tool.id,
        "name": tool.name,
        "price": tool.price,
        "tags": ", ".join(tool.tags),
        "category": tool.category,
        "status": "sponsor" if is_sponsor else tool.status,
        "featured": tool.featured_at or "never",
    }


def _choice_rows(choice: ToolChoice, names: Mapping[int, str]) -> list[TableRow]:
    shown = [_shown_row(names[pick.tool_id], pick) for pick in choice.shown]
    passed = [_passed_row(names[tool_id], reason) for tool_id, reason in choice.passed]
    return shown + passed


def _shown_row(name: str, pick: Pick) -> TableRow:
    return {"tool": name, "shown": "yes", "slot": pick.slot_id or "", "why": pick.reason}


def _passed_row(name: str, reason: str) -> TableRow:
    return {"tool": name, "shown": "no", "slot": "", "why": reason}


def _submission_rows(
    session: Session,
    publication_id: int,
    status: str,
) -> list[TableRow]:
    listed = submissions.with_status(session, publication_id, status)
    return [_submission_row(submission) for submission in listed]


def _submission_row(submission: Submission) -> TableRow:
    return {
        "id": submission.id,
        "name": submission.name,
        "url": submission.url,
        "contact": submission.contact,
        "version": submission.version,
        "asked": submission.asked_at or "",
        "description": submission.description,
        "note": submission.note,
        "reason": submission.reason,
    }
