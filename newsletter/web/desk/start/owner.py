"""The first step of an empty installation: who types the code of the terminal becomes its owner."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.desk import team
from newsletter.desk.sessions import Origin
from newsletter.desk.turnstile import Crowded
from newsletter.errors import NewsletterError
from newsletter.intake.first_owner import Claim, HasOwner, Threshold, claim_installation
from newsletter.intake.guessing import TooManyGuesses
from newsletter.publications.reading import all_publications
from newsletter.web.desk.login import open_desk
from newsletter.web.errors import status_of
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import AnyoneDep, Reading, RuntimeDep, TurnstileDep, network_of

pages = APIRouter(prefix="/desk/start/owner")
NAME_CHARS = 120


class OwnerForm(BaseModel):
    """What the first owner types."""

    code: str = ""
    address: str = ""
    name: str = ""
    password: str = ""

    def claim(self, origin: Origin) -> Claim:
        """The claim of whoever sent this."""
        name = self.name.strip()[:NAME_CHARS]
        return Claim(self.code, self.address, self.password, origin, name)


OwnerFormDep = Annotated[OwnerForm, Form()]


@pages.get("")
def ask(session: Reading, visitor: AnyoneDep) -> Response:
    if team.has_owner(session):
        return go_to("/desk")
    if visitor and is_empty(session):
        return go_to("/desk/start/publication")
    return _show(OwnerForm())


@pages.post("")
def claim(
    request: Request,
    runtime: RuntimeDep,
    turnstile: TurnstileDep,
    form: OwnerFormDep,
) -> Response:
    """Make them the owner, and log them in."""
    origin = Origin(network_of(request), request.headers.get("user-agent", ""))
    threshold = Threshold(runtime.database, runtime.signer, runtime.first_code, turnstile)
    settings = runtime.settings
    try:
        admitted = claim_installation(
            threshold, form.claim(origin), runtime.clock.now(), settings.desk_idle
        )
    except HasOwner:
        return go_to("/desk")
    except NewsletterError as error:
        if isinstance(error, TooManyGuesses):
            request.state.network_wait_s = error.network_wait_s  # the brake remembers it
        return _refuse(form, error)
    return open_desk(request, runtime, admitted)


def is_empty(session: Session) -> bool:
    """True if there is no publication yet."""
    return not all_publications(session)


def _refuse(form: OwnerForm, error: NewsletterError) -> Response:
    answer = _show(form, status_of(error), str(error))
    if isinstance(error, TooManyGuesses | Crowded):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _show(form: OwnerForm, status: int = 200, error: str = "") -> Response:
    return show("desk/start/owner.html", status, typed=form, error=error)
