"""`newsletter issue figures` and `newsletter issue repoint`: what became of an issue's letters, and the mending of a link in them."""

import json

import typer

from newsletter.cli.console import JSON, opened, say, show
from newsletter.issues import reading
from newsletter.tracking.figures import Figures, read_figures
from newsletter.tracking.targets import repoint as point_elsewhere

OFF = "opens and clicks of this issue are not counted (tracking was off when it was sent)"


def figures(number: int, as_json: bool = JSON) -> None:
    """Show how many opened and clicked, people and robots apart, and who left by which path. Example: newsletter issue figures 12

    People are "at least" so many: who loads no pictures is not seen.
    """
    with opened() as (runtime, publication):
        issue = runtime.database.read(reading.issue_by_number, publication.key, number)
        found = runtime.database.read(read_figures, issue.key)
        if found is None:
            say("nothing of this issue was sent yet")
            raise typer.Exit(3)
        if as_json:
            print(json.dumps(as_values(number, found), ensure_ascii=False, indent=1, default=str))
            return
        say(f"issue {number}: {found.sent:,} of {found.recipients:,} letters accepted")
        if found.tracking == "off":
            say(OFF)
        else:
            say(
                f"opened at least {found.opens.people:,} times by people, {found.opens.robots:,} times by robots"
            )
            say(
                f"clicked at least {found.clicks.people:,} times by people, {found.clicks.robots:,} times by robots"
            )
        for path, count in found.leaves.items():
            say(f"left by {path}: {count:,}")
        if found.unjudged:
            say(f"{found.unjudged:,} more came in the last minutes and are still being told apart")
        show(
            [
                {
                    "link": one.place,
                    "people": one.clicks.people,
                    "robots": one.clicks.robots,
                    "leads to": one.url,
                }
                for one in found.links
            ],
            as_json=False,
        )


def repoint(
    number: int,
    link: int = typer.Argument(..., min=0, help="Its number in `newsletter issue figures`."),
    url: str = typer.Argument(...),
    by: str = typer.Option("the command line", help="Who does it; it is noted."),
) -> None:
    """Point a wrong link elsewhere, in letters that were sent too. Example: newsletter issue repoint 12 3 https://example.com/right"""
    with opened() as (runtime, publication):
        issue = runtime.database.read(reading.issue_by_number, publication.key, number)
        made = runtime.database.write(
            point_elsewhere, issue.key, link, url, by=by, now=runtime.clock.now()
        )
        say(f"link {link} of issue {number} leads to {made.url_to} now; it led to {made.url_from}")


def as_values(number: int, found: Figures) -> dict[str, object]:
    """Figures as a script reads them."""
    return {
        "number": number,
        "tracking": found.tracking,
        "recipients": found.recipients,
        "sent": found.sent,
        "opens": {"people": found.opens.people, "robots": found.opens.robots},
        "clicks": {"people": found.clicks.people, "robots": found.clicks.robots},
        "links": [
            {
                "link": one.place,
                "url": one.url,
                "sent_url": one.sent_url or one.url,
                "people": one.clicks.people,
                "robots": one.clicks.robots,
            }
            for one in found.links
        ],
        "robots": dict(found.robots),
        "leaves": dict(found.leaves),
        "unjudged": found.unjudged,
        "repointed": [
            {
                "link": one.link,
                "from": one.url_from,
                "to": one.url_to,
                "by": one.by,
                "at": one.at.isoformat(),
            }
            for one in found.repointed
        ],
    }
