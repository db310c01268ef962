"""`newsletter publication`: what an editor may set."""

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, show
from newsletter.publications import readers
from newsletter.publications import tracking as counting
from newsletter.publications.models import Publication

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


@app.callback()
def group() -> None:
    """The publication: show and set what an editor may change."""


@app.command("show")
def show_(as_json: bool = JSON) -> None:
    """Show what is set. Example: newsletter publication show"""
    with opened() as (_, publication):
        _tell(publication, as_json)


@app.command("set")
def set_(
    topic: list[str] = typer.Option(
        None, help="A topic that readers may tick; repeat it for each. A single '' offers none."
    ),
    goodbye: bool = typer.Option(
        None, "--goodbye/--no-goodbye", help="Write one last letter to who leaves by a page."
    ),
    poll: bool = typer.Option(
        None, "--poll/--no-poll", help="Ask at the end of each issue whether it was useful."
    ),
    allowed_origin: list[str] = typer.Option(
        None,
        help="A site whose scripts may sign readers up, like https://blog.example; repeat it for each. A single '' allows none.",
    ),
    readers_step: int = typer.Option(
        None, help="Round the shown number of readers down to a multiple of this; 0: to two digits."
    ),
    monthly: bool = typer.Option(
        None,
        "--monthly/--no-monthly",
        help="A best-of in the first days of a month, for who wishes that only.",
    ),
    forget_leavers_after: int = typer.Option(
        None, help="Forget who left after so many days; 0 for never."
    ),
    tracking: str = typer.Option(
        None,
        help="Opens and clicks: off, anonymous (counts only) or individual; of issues sent from now on.",
    ),
    forget_tracking_after: int = typer.Option(
        None, help="Forget who opened and clicked after so many days; the counts stay."
    ),
    as_json: bool = JSON,
) -> None:
    """Set one or more things; what is not named stays.

    Example: newsletter publication set --topic Models --topic Policy --forget-leavers-after 365
    """
    with opened() as (runtime, publication):
        with runtime.database.writing() as session:
            if topic is not None:
                readers.offer_topics(session, publication.key, [one for one in topic if one])
            if goodbye is not None:
                readers.write_goodbye_letters(session, publication.key, goodbye)
            if poll is not None:
                readers.ask_if_useful(session, publication.key, poll)
            if allowed_origin is not None:
                readers.allow_origins(
                    session, publication.key, [one for one in allowed_origin if one]
                )
            if readers_step is not None:
                readers.round_readers(session, publication.key, readers_step)
            if monthly is not None:
                readers.make_monthly(session, publication.key, monthly)
            if forget_leavers_after is not None:
                readers.forget_leavers_after(session, publication.key, forget_leavers_after)
            if tracking is not None:
                counting.track(session, publication.key, tracking)
            if forget_tracking_after is not None:
                counting.forget_tracking_after(session, publication.key, forget_tracking_after)
        _tell(runtime.database.read(_read, publication.key), as_json)


def _read(session: Session, publication_id: int) -> Publication:
    return session.get_one(Publication, publication_id)


def _tell(publication: Publication, as_json: bool) -> None:
    rows = [{"setting": name, "value": getattr(publication, name)} for name in SHOWN]
    show(
        [{str(row["setting"]): row["value"] for row in rows}] if as_json else rows, as_json=as_json
    )
