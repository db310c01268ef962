"""`newsletter subscribers tell` and `forget`: what a person asks for by mail or telephone, done for them."""

import json

import typer
from sqlmodel import Session

from newsletter.cli.console import opened, say
from newsletter.errors import Refused
from newsletter.privacy.copying import copy_personal_data
from newsletter.privacy.forgetting import forget_person
from subscribers.finding import by_address


class NotSaid(Refused):
    """Erasing cannot be undone, so it asks for your yes: add --yes."""


def tell(address: str) -> None:
    """Print all that is kept of a person, as JSON. Make sure first that it is they who ask.

    Example: newsletter subscribers tell ada@example.org > ada.json
    """
    with opened() as (runtime, publication):
        told = runtime.database.read(_tell, publication.key, address)
        print(json.dumps(told, default=str, ensure_ascii=False, indent=1))


def forget(address: str, yes: bool = typer.Option(False, "--yes", help="Yes, I mean it.")) -> None:
    """Erase a person everywhere; a keyed hash keeps them off every list that is brought in again.

    Example: newsletter subscribers forget ada@example.org --yes
    """
    with opened() as (runtime, publication):
        if not yes:
            raise NotSaid
        with runtime.database.writing() as session:
            forget_person(
                session, by_address(session, publication.key, address).id, runtime.clock.now()
            )
        say(
            "they are forgotten: only a keyed hash of the address stays, and counts without whose they were"
        )


def _tell(session: Session, publication_id: int, address: str) -> dict[str, object]:
    return copy_personal_data(session, by_address(session, publication_id, address).id)
