"""`newsletter issue figures` and `newsletter issue repoint`: opens, clicks, and wrong links."""

from collections.abc import Iterator

import typer

from newsletter.cli.console import JSON, opened, print_json, say, show
from newsletter.issues import reading
from newsletter.tracking.figures import EventTotals, Figures, LinkFigures, read_figures
from newsletter.tracking.models import Repointing
from newsletter.tracking.targets import repoint as point_elsewhere

OFF = "opens and clicks of this issue are not counted (tracking was off when it was sent)"
LINK = typer.Argument(..., min=0, help="Its number in `newsletter issue figures`.")
URL = typer.Argument(...)
BY = typer.Option("the command line", help="Who does it; it is noted.")


def figures(number: int, as_json: bool = JSON) -> None:
    """Show how many opened, clicked and left; people and robots apart.

    People are "at least" so many: who loads no pictures is not seen.

    Example: newsletter issue figures 12
    """
    with opened() as here:
        issue = here.read(reading.issue_by_number, number)
        found = here.database.read(read_figures, issue.key)
        if found is None:
            # The code of what is not there (EXIT_CODES).
            say("nothing of this issue was sent yet")
            raise typer.Exit(3)
        if as_json:
            print_json(as_values(number, found))
        else:
            _show_figures(number, found)


def repoint(
    number: int,
    link: int = LINK,
    url: str = URL,
    by: str = BY,
) -> None:
    """Point a wrong link elsewhere, in letters that were sent too.

    Example: newsletter issue repoint 12 3 https://example.com/right
    """
    with opened() as here:
        issue = here.read(reading.issue_by_number, number)
        made = here.database.write(
            point_elsewhere,
            issue.key,
            link,
            url,
            by=by,
            now=here.now(),
        )
        say(f"link {link} of issue {number} leads to {made.url_to} now; it led to {made.url_from}")


def as_values(number: int, found: Figures) -> dict[str, object]:
    """Return the figures as a script reads them."""
    return {
        "number": number,
        "tracking": found.tracking,
        "recipients": found.recipients,
        "sent": found.sent,
        "opens": _total_values(found.opens),
        "clicks": _total_values(found.clicks),
        "links": [_link_values(link) for link in found.links],
        "robots": dict(found.robots),
        "leaves": dict(found.leaves),
        "unjudged": found.unjudged,
        "repointed": [_change_values(change) for change in found.repointed],
    }


def _show_figures(number: int, found: Figures) -> None:
    say(f"issue {number}: {found.sent:,} of {found.recipients:,} letters accepted")
    for line in _count_lines(found):
        say(line)
    show([_link_row(link) for link in found.links], as_json=False)


def _count_lines(found: Figures) -> Iterator[str]:
    # "At least": many mail clients load no pictures, and none of those is counted.
    if found.tracking == "off":
        yield OFF
    else:
        yield f"opened at least {_by_people_and_robots(found.opens)}"
        yield f"clicked at least {_by_people_and_robots(found.clicks)}"
    for path, count in found.leaves.items():
        yield f"left by {path}: {count:,}"
    if found.unjudged:
        yield f"{found.unjudged:,} more came in the last minutes and are still being told apart"


def _by_people_and_robots(count: EventTotals) -> str:
    return f"{count.people:,} times by people, {count.robots:,} times by robots"


def _link_row(link: LinkFigures) -> dict[str, object]:
    # By the place in the letter, which `repoint` takes.
    return {"link": link.place, **_total_values(link.clicks), "leads to": link.url}


def _link_values(link: LinkFigures) -> dict[str, object]:
    # `sent_url` is what the letters say; `url` is where the link leads now.
    return {
        "link": link.place,
        "url": link.url,
        "sent_url": link.sent_url or link.url,
        **_total_values(link.clicks),
    }


def _total_values(count: EventTotals) -> dict[str, int]:
    return {"people": count.people, "robots": count.robots}


def _change_values(change: Repointing) -> dict[str, object]:
    return {
        "link": change.link,
        "from": change.url_from,
        "to": change.url_to,
        "by": change.by,
        "at": change.at.isoformat(),
    }
