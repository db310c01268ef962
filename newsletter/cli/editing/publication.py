"""`newsletter publication`: what an editor may set."""

import typer

from newsletter.cli.console import JSON, opened, show
from newsletter.publications.models import Publication
from newsletter.publications.preferences import change

app = typer.Typer(
    help="The publication: show and set what an editor may change.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
SHOWN = (
    "name",
    "cadence",
    "rule",
    "topics",
    "goodbye",
    "poll",
    "monthly",
    "allowed_origins",
    "readers_step",
    "forget_leavers_days",
    "tracking",
    "tracking_days",
)
TOPIC = typer.Option(
    None,
    help="A topic that readers may tick; repeat it for each. A single '' offers none.",
)
RULE = typer.Option(None, help="Nobody approved by the deadline: send, hold or skip.")
GOODBYE = typer.Option(
    None,
    "--goodbye/--no-goodbye",
    help="Write one last letter to who leaves by a page.",
)
POLL = typer.Option(
    None,
    "--poll/--no-poll",
    help="Ask at the end of each issue whether it was useful.",
)
ALLOWED_ORIGIN = typer.Option(
    None,
    help="A site whose scripts may sign readers up, like https://blog.example; "
    "repeat it for each. A single '' allows none.",
)
READERS_STEP = typer.Option(
    None,
    help="Round the shown number of readers down to a multiple of this; 0: to two digits.",
)
MONTHLY = typer.Option(
    None,
    "--monthly/--no-monthly",
    help="A best-of in the first days of a month, for who wishes that only.",
)
FORGET_LEAVERS_AFTER = typer.Option(None, help="Forget who left after so many days; 0 for never.")
TRACKING = typer.Option(
    None,
    help="Opens and clicks: off, anonymous (counts only) or individual; "
    "of issues sent from now on.",
)
FORGET_TRACKING_AFTER = typer.Option(
    None,
    help="Forget who opened and clicked after so many days; the counts stay.",
)


@app.callback()
def group() -> None:
    """The publication: show and set what an editor may change."""


@app.command("show")
def show_(as_json: bool = JSON) -> None:
    """Show what is set. Example: newsletter publication show"""
    with opened() as here:
        _show(here.publication, as_json)


@app.command("set")
def set_(
    rule: str = RULE,
    topic: list[str] = TOPIC,
    goodbye: bool = GOODBYE,
    poll: bool = POLL,
    allowed_origin: list[str] = ALLOWED_ORIGIN,
    readers_step: int = READERS_STEP,
    monthly: bool = MONTHLY,
    forget_leavers_after: int = FORGET_LEAVERS_AFTER,
    tracking: str = TRACKING,
    forget_tracking_after: int = FORGET_TRACKING_AFTER,
    as_json: bool = JSON,
) -> None:
    """Set one or more things; what is not named stays.

    Example: newsletter publication set --topic Models --topic Policy --forget-leavers-after 365
    """
    named: dict[str, object] = {
        "rule": rule,
        "topics": _without_blanks(topic),
        "goodbye": goodbye,
        "poll": poll,
        "allowed_origins": _without_blanks(allowed_origin),
        "readers_step": readers_step,
        "monthly": monthly,
        "forget_leavers_days": forget_leavers_after,
        "tracking": tracking,
        "tracking_days": forget_tracking_after,
    }
    # None is an option that was left out; a flag or a number of 0 was meant.
    changes = {name: value for name, value in named.items() if value is not None}
    with opened() as here:
        _show(here.write(change, **changes), as_json)


def _without_blanks(values: list[str] | None) -> list[str] | None:
    """A single '' means none, which a terminal cannot say otherwise."""
    return None if values is None else [value for value in values if value]


def _show(publication: Publication, as_json: bool) -> None:
    values = {name: getattr(publication, name) for name in SHOWN}
    if as_json:
        show([values], as_json=True)
        return
    # A setting a line: a table of one row would be wider than any terminal.
    show([{"setting": name, "value": value} for name, value in values.items()], as_json=False)
