"""Adopting at the desk: the button beside the words that say why nothing is sent."""

from fastapi import APIRouter, Response

from newsletter.backups import adopting
from newsletter.web.desk.desk import TO_CHANGE_SETTINGS, DeskDep

pages = APIRouter(prefix="/desk/adopt", dependencies=TO_CHANGE_SETTINGS)


@pages.get("")
def confirm(desk: DeskDep) -> Response:
    """What adopting does, before it is done."""
    return desk.show("desk/adopt.html", done=())


@pages.post("")
def adopt(desk: DeskDep) -> Response:
    """Adopt, and show the account."""
    done = adopting.adopt(desk.runtime.database, desk.runtime.guard, desk.now())
    return desk.show("desk/adopt.html", done=done.sentences)
