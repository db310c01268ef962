"""`newsletter issue extra` and `send-at`: issues beside the cadence, and at another time."""

import typer

from newsletter.cadence.moments import read_moment
from newsletter.cli.console import opened, say
from newsletter.issues.beside.extra import ExtraOrder
from newsletter.issues.reading import issue_by_number
from newsletter.schedule import moving
from subscribers.audiences import saved

AT = typer.Option(..., help="When it goes out: 2026-12-03 14:00, Thursday 14:00, tomorrow 09:00.")
TITLE = typer.Option("", help="Its subject; without one, the titles of its stories make it.")
EMPTY = typer.Option(
    False,
    "--empty/--from-candidates",
    help="Begin with no story, or with the best of what was gathered.",
)
AUDIENCE = typer.Option("", help="The name of the audience that gets it; else everybody does.")
BY = typer.Option("the command line", help="Who makes it.")


def extra(
    at: str = AT,
    title: str = TITLE,
    empty: bool = EMPTY,
    audience: str = AUDIENCE,
    by: str = BY,
) -> None:
    """Make an issue beside the cadence; it goes out only if a person approves it.

    Example: newsletter issue extra --at "Thursday 14:00" --title "The harbor opens today"
    """
    with opened() as here:
        order = ExtraOrder(
            due_at=read_moment(at, here.cadence.zone, here.now()),
            by=by,
            title=title,
            is_empty=empty,
            audience=here.read(saved.by_name, audience) if audience else None,
        )
        _, sentences = here.write(moving.order_extra, order, here.urls, here.now())
        for sentence in sentences:
            say(sentence)


def send_at(number: int, time: str) -> None:
    """Let an issue go out at another time, or `now` if it is approved.

    Example: newsletter issue send-at 12 "2026-12-03 14:00 Europe/Berlin"
    """
    with opened() as here:
        issue_id = here.read(issue_by_number, number).key
        for sentence in here.database.write(moving.move_issue, issue_id, time, here.now()):
            say(sentence)
