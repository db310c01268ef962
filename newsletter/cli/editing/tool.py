"""`newsletter tool`: the tools that may be featured, and what makers sent in."""

from collections.abc import Mapping

import typer

from newsletter.cli.console import JSON, local_time, opened, say, show
from newsletter.cli.editing import slot
from newsletter.issues.featuring import upcoming_tools
from newsletter.letters import makers
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change
from newsletter.runtime import Runtime
from newsletter.schedule.cadence import next_due, parse
from newsletter.tools import directory, submissions
from newsletter.tools.cards import read_card
from newsletter.tools.models import Submission, Tool
from newsletter.tools.rotation import ToolChoice

app = typer.Typer(
    help="Featured tools, their slots, and what makers sent in.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(slot.app, name="slot")
BY = "the command line"


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
    with opened() as (runtime, publication):
        tool = runtime.database.write(
            directory.add,
            publication.key,
            card,
            category=category,
            is_sponsor=sponsor,
        )
        place = "by its slots only" if sponsor else "when its turn comes"
        say(f"added {tool.name}; it is featured {place}")


@app.command("list")
def list_(as_json: bool = JSON) -> None:
    """List the tools, retired ones too. Example: newsletter tool list"""
    with opened() as (runtime, publication):
        tools = runtime.database.read(directory.all_tools, publication.key)
        show([_tool_row(tool) for tool in tools], as_json=as_json)


@app.command("turn")
def turn(as_json: bool = JSON) -> None:
    """Show which tools the next issue would feature, which not, and why.

    Example: newsletter tool turn --json
    """
    with opened() as (runtime, publication):
        due_at = next_due(parse(publication.cadence), runtime.clock.now())
        choice = runtime.database.read(upcoming_tools, publication, due_at)
        tools = runtime.database.read(directory.all_tools, publication.key)
        say(f"for the issue that is due at {local_time(due_at)}")
        show(_choice_rows(choice, {tool.key: tool.name for tool in tools}), as_json=as_json)


@app.command()
def retire(tool_id: int) -> None:
    """Feature a tool no more; its page and badge are gone. Example: newsletter tool retire 3"""
    with opened() as (runtime, _):
        name = runtime.database.write(directory.retire, tool_id).name
        say(f"retired {name}; `newsletter tool restore {tool_id}` brings it back")


@app.command()
def restore(tool_id: int) -> None:
    """Bring a retired tool back. Example: newsletter tool restore 3"""
    with opened() as (runtime, _):
        say(f"{runtime.database.write(directory.restore, tool_id).name} is back")


@app.command()
def disclosure(label: str) -> None:
    """Set the label of what was paid for. Example: newsletter tool disclosure Anzeige"""
    with opened() as (runtime, publication):
        runtime.database.write(change, publication.key, disclosure=label)
        say(f"paid slots are shown as {label.strip()}")


@app.command("submissions")
def submissions_(
    status: str = typer.Option("waiting", help="waiting, approved or rejected."),
    as_json: bool = JSON,
) -> None:
    """List what makers sent in. Example: newsletter tool submissions --json"""
    with opened() as (runtime, publication):
        listed = runtime.database.read(submissions.with_status, publication.key, status)
        show([_submission_row(submission) for submission in listed], as_json=as_json)


@app.command()
def approve(
    submission_id: int,
    category: str = APPROVE_CATEGORY,
) -> None:
    """Approve a submission; its maker gets page and badge by mail.

    Example: newsletter tool approve 7 --category Writing
    """
    with opened() as (runtime, publication):
        submission = runtime.database.read(submissions.read_submission, submission_id)
        card = submissions.card_of(submission)
        tool = runtime.database.write(
            makers.approve,
            _publisher(runtime, publication),
            makers.SeenSubmission(submission_id, submission.version),
            card,
            category=category or next(iter(card.tags), ""),
            by=BY,
            now=runtime.clock.now(),
        )
        say(f"{tool.name} is tool {tool.id}; a running `newsletter serve` mails its maker")


@app.command()
def ask(submission_id: int, question: str = QUESTION) -> None:
    """Ask the maker of a submission.

    Example: newsletter tool ask 7 --question "Does it work offline?"
    """
    with opened() as (runtime, publication):
        runtime.database.write(
            makers.ask_maker,
            _publisher(runtime, publication),
            _seen(runtime, submission_id),
            question,
            now=runtime.clock.now(),
        )
        say("asked; the answer comes as a new version")


@app.command()
def reject(submission_id: int, reason: str = REASON) -> None:
    """Reject a submission. Example: newsletter tool reject 7 --reason "It needs an account." """
    with opened() as (runtime, publication):
        runtime.database.write(
            makers.reject,
            _publisher(runtime, publication),
            _seen(runtime, submission_id),
            reason,
            by=BY,
            now=runtime.clock.now(),
        )
        say("rejected; the maker gets the reason by mail")


def _publisher(runtime: Runtime, publication: Publication) -> Publisher:
    return Publisher(publication, runtime.urls, runtime.signer)


def _seen(runtime: Runtime, submission_id: int) -> makers.SeenSubmission:
    """The submission as it is now: the terminal shows no older version to decide about."""
    submission = runtime.database.read(submissions.read_submission, submission_id)
    return makers.SeenSubmission(submission_id, submission.version)


def _tool_row(tool: Tool) -> dict[str, object]:
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


def _choice_rows(choice: ToolChoice, names: Mapping[int, str]) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = [
        {
            "tool": names[pick.tool_id],
            "shown": "yes",
            "slot": pick.slot_id or "",
            "why": pick.reason,
        }
        for pick in choice.shown
    ]
    passed: list[dict[str, object]] = [
        {"tool": names[tool_id], "shown": "no", "slot": "", "why": reason}
        for tool_id, reason in choice.passed
    ]
    return shown + passed


def _submission_row(submission: Submission) -> dict[str, object]:
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
