"""`newsletter publication add`, `list` and `move`: the publications of one installation."""

import typer
from sqlmodel import Session

from newsletter.cli.console import JSON, opened, say, show
from newsletter.cli.tables import TableRow
from newsletter.cli.workplace import Workplace
from newsletter.publications import own_urls
from newsletter.publications.models import Publication
from newsletter.publications.opening import open_publication
from newsletter.publications.reading import all_publications
from newsletter.urls import Urls

SLUG = typer.Argument(help="What commands and addresses call it: small letters, digits, hyphens.")
NAME = typer.Option(..., help="The publication's name, as readers see it.")
SENDER = typer.Option(..., help="The address that issues come from.")
POSTAL_ADDRESS = typer.Option(..., help="Printed at the foot of each letter, as the law asks.")
CADENCE = typer.Option("Tuesday 09:00 Europe/Berlin", help="Weekday, hour and time zone.")
RULE = typer.Option("hold", help="Nobody approved by the deadline: send, hold or skip.")
URL = typer.Argument(help="A path like /ai-weekly, or a host of its own like https://ai.example.")


def add(
    slug: str = SLUG,
    name: str = NAME,
    sender: str = SENDER,
    postal_address: str = POSTAL_ADDRESS,
    cadence: str = CADENCE,
    rule: str = RULE,
) -> None:
    """Make another publication. From then on commands need --publication SLUG.

    Example: newsletter publication add ai-weekly --name "AI Weekly" --sender ai@example.org
    --postal-address "1 Street, Town"
    """
    with opened() as here:
        made = here.database.write(
            open_publication,
            name=name,
            sender_address=sender,
            cadence=cadence,
            postal_address=postal_address,
            rule=rule,
            word=slug,
        )
        urls = here.runtime.urls.of(made)
        say(f"{name} is ready. Its pages are at {urls.home()}, its desk at {urls.desk()}.")
        say(f"Next: `newsletter --publication {slug} editor add ADDRESS`, who may log in there.")


def list_(as_json: bool = JSON) -> None:
    """List the publications. Example: newsletter publication list"""
    with opened() as here:
        show(here.database.read(_rows, here.runtime.urls), as_json=as_json)


def move(url: str = URL) -> None:
    """Move the publication's pages. Links in old letters lead there for ever.

    Example: newsletter publication move https://ai.example.org
    """
    with opened() as here:
        _say_where(here, here.write(own_urls.move, url, here.runtime.settings.public_url))


def _say_where(here: Workplace, moved: Publication) -> None:
    say(f"The pages of {moved.name} are at {here.runtime.urls.of(moved).home()}.")


def _rows(session: Session, urls: Urls) -> list[TableRow]:
    return [_row(each, urls.of(each)) for each in all_publications(session)]


def _row(publication: Publication, urls: Urls) -> TableRow:
    return {
        "publication": publication.slug,
        "name": publication.name,
        "pages": urls.home(),
        "desk": urls.desk(),
    }
