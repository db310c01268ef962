"""`newsletter subscribers tell` and `forget`: a copy or an erasure, when a person asks for it."""

from datetime import datetime

import typer
from sqlmodel import Session

from newsletter.cli.console import opened, print_json, say
from newsletter.errors import Refused
from newsletter.privacy.copying import copy_personal_data
from newsletter.privacy.forgetting import forget_person
from subscribers.finding import by_address


class ErasureNotConfirmed(Refused):
    """Erasing cannot be undone, so it asks for your yes: add --yes."""


def tell(address: str) -> None:
    """Print all that is kept of a person, as JSON. Make sure first that it is they who ask.

    Example: newsletter subscribers tell ada@example.org > ada.json
    """
    with opened() as here:
        print_json(here.read(_copy, address))


def forget(address: str, yes: bool = typer.Option(False, "--yes", help="Yes, I mean it.")) -> None:
    """Erase a person everywhere; a keyed hash keeps them off every list that comes in later.

    Example: newsletter subscribers forget ada@example.org --yes
    """
    with opened() as here:
        if not yes:
            raise ErasureNotConfirmed
        here.write(_forget, address, here.now())
        say("they are forgotten: only a keyed hash of the address stays, and counts without a name")


def _copy(session: Session, publication_id: int, address: str) -> dict[str, object]:
    return copy_personal_data(session, by_address(session, publication_id, address).id)


def _forget(
    session: Session,
    publication_id: int,
    address: str,
    now: datetime,
) -> None:
    forget_person(session, by_address(session, publication_id, address).id, now)
