"""The only table from kinds of error to HTTP."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from newsletter.database.storable import Unstorable
from newsletter.desk.roles import NotAllowed
from newsletter.desk.tokens import BadApiToken
from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from newsletter.formats.pages.article_form import BadField
from newsletter.gathering.own_articles import Withdrawn
from newsletter.gathering.sources import NotAnAddress
from newsletter.intake.gate import TooMuchFromHere
from newsletter.intake.guessing import TooManyGuesses
from newsletter.intake.receiving import Mistyped
from newsletter.publications.reading import NoPublication
from newsletter.tool_sources.sources import BadToolSource
from newsletter.web.api.allowance import TooOften
from newsletter.web.api.problems import is_for_program, problem
from newsletter.web.desk.buttons import explain, is_at_desk
from newsletter.web.limits.bodies import BodyTooLarge, TooMuchAtOnce
from newsletter.web.limits.lookups import TooManyLookUps
from newsletter.web.limits.tries import TooManyTries
from newsletter.web.limits.turns import TooManyFromHere
from newsletter.web.missing import led_on
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Elsewhere, FactorNeeded, LoginNeeded, StaleLogin
from subscribers.addresses import BadAddress

if TYPE_CHECKING:  # desk.py asks this table for codes
    from newsletter.web.desk.desk import Desk

log = logging.getLogger(__name__)
AGAIN_S = 30  # a database that is restarted is back by then


class DatabaseAway(Unavailable):
    """The database does not answer at this moment, or takes nothing. Please try again in a
    minute."""


SOON_AGAIN = DatabaseAway | TooMuchAtOnce | TooManyLookUps | TooManyFromHere

STATUS: tuple[tuple[type[NewsletterError], int], ...] = (
    (LoginNeeded, 401),
    (BadApiToken, 401),
    (TooOften, 429),
    (TooMuchFromHere, 429),
    (TooManyGuesses, 429),
    (TooManyTries, 429),
    (BodyTooLarge, 413),
    (Mistyped, 422),
    (Withdrawn, 410),
    (NotFound, 404),
    (BadField, 422),
    (BadAddress, 422),
    (Unstorable, 422),
    (NotAnAddress, 422),
    (BadToolSource, 422),
    (Refused, 403),
    (Conflict, 409),
    (Unavailable, 503),
)


def status_of(error: Exception) -> int:
    """Return the code of an error of ours; 500 for any other."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


def answer_error(
    request: Request,
    error: Exception,
) -> Response:
    """Answer a person with a page, a program with a problem; both name the error and its mend."""
    # It is registered for no other kind of error.
    assert isinstance(error, NewsletterError)  # noqa: S101
    if isinstance(error, LoginNeeded):
        return _lead_to(request, "/desk/login")
    if isinstance(error, FactorNeeded):
        return _lead_to(request, "/desk/account/factor")
    if isinstance(error, NoPublication) and is_at_desk(request.scope["path"]):
        return go_to("/desk/start/owner")
    if isinstance(error, Elsewhere):
        # By the same method: a form that was sent here is sent there.
        return RedirectResponse(error.home + quote(request.scope["path"][1:]), 307)
    if isinstance(error, StaleLogin):
        return go_to(f"/desk/account/again?{urlencode({'back': error.back})}")
    if is_for_program(request):
        kind = type(error).__name__
        return problem(status_of(error), kind, error.with_hint, headers=_headers(error))
    return _page(request, error)


def answer_database_error(
    request: Request,
    error: Exception,
) -> Response:
    """Answer for a database that is restarted, locked or without room: it is nobody's fault here.

    The log has the whole of it.
    """
    log.error("A page had no database", exc_info=error)
    return answer_error(request, DatabaseAway())


def _lead_to(request: Request, place: str) -> Response:
    if "hx-request" in request.headers:  # a part of a page asks: the page itself goes
        return Response(status_code=204, headers={"HX-Redirect": place})
    return go_to(place)


def _headers(error: NewsletterError) -> dict[str, str]:
    if isinstance(error, BadApiToken):
        return {"WWW-Authenticate": "Bearer"}  # RFC 6750, 3
    if isinstance(error, TooOften | TooMuchFromHere):
        return {"Retry-After": str(error.wait_s)}
    if isinstance(error, SOON_AGAIN):
        return {"Retry-After": str(AGAIN_S)}
    return {}


def _page(
    request: Request,
    error: NewsletterError,
) -> Response:
    status = status_of(error)
    moved = led_on(request) if status == 404 else None
    if moved:
        return moved
    page = _in_frame(request, error, status) or show(
        "public/error.html", status, code=status, message=_words(request, error)
    )
    page.headers.update(_headers(error))
    return page


def _in_frame(
    request: Request,
    error: NewsletterError,
    status: int,
) -> Response | None:
    """Answer in the desk's own frame, if an editor is there: who is refused goes on working."""
    desk: Desk | None = getattr(request.state, "desk", None)
    # The frame asks the database, which may be what is away.
    if desk is None or desk.visitor is None or isinstance(error, Unavailable):
        return None
    return desk.show(
        "desk/error.html",
        status,
        code=status,
        message=explain(error),
        is_role=isinstance(error, NotAllowed),
    )


def _words(
    request: Request,
    error: NewsletterError,
) -> str:
    """A reader gets the message alone, an editor also the button that helps."""
    return explain(error) if is_at_desk(request.scope["path"]) else str(error)
