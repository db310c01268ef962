"""The only table from kinds of error to HTTP."""

from fastapi import Request, Response

from newsletter.errors import Conflict, NewsletterError, NotFound, Refused, Unavailable
from newsletter.gathering.own import Withdrawn
from newsletter.gathering.writing import BadField
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import LoginNeeded

STATUS: tuple[tuple[type[NewsletterError], int], ...] = (
    (LoginNeeded, 401),
    (Withdrawn, 410),
    (NotFound, 404),
    (BadField, 422),
    (Refused, 403),
    (Conflict, 409),
    (Unavailable, 503),
)


def status_of(error: Exception) -> int:
    """Return the code of an error of ours; 500 for any other."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


def answer_error(request: Request, error: Exception) -> Response:
    """Answer with a page that says what happened and what to do."""
    if isinstance(error, LoginNeeded):
        if "hx-request" in request.headers:  # a part of a page asks: the page itself goes
            return Response(status_code=204, headers={"HX-Redirect": "/desk/login"})
        return go_to("/desk/login")
    status = status_of(error)
    return show("public/error.html", status, code=status, message=str(error))
