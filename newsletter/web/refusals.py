"""What the framework refuses, and faults: a page for a person, a problem for a program."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from newsletter.web.api.problems import described, is_for_program, problem
from newsletter.web.door import NOT_HERE
from newsletter.web.rendering import show

log = logging.getLogger(__name__)
BAD_BODY = "The request is not as it should be: see `errors`."
BAD_FIELDS = "Something here is not as it should be. {fields} Go back, mend it, and try again."
UNFORESEEN = "Something went wrong here, and it is not your fault. It is noted; try again later."
# In words for a person: the framework's own are for programmers.
MESSAGES = {
    400: "This request cannot be read. Open the page again and try from there.",
    404: NOT_HERE,
    405: "Nothing can be sent to this address, or only from its own page. Open the page first.",
    413: "That was too much at once. Send a smaller file, or less text.",
}


async def answer_invalid(
    request: Request,
    error: Exception,
) -> Response:
    """Answer fields that have not the shape they should have, naming each."""
    # It is registered for no other kind of error.
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if is_for_program(request):
        errors = [described(place) for place in error.errors()]
        return problem(422, "BadBody", BAD_BODY, errors)
    if all(place["loc"][0] == "path" for place in error.errors()):
        return _page(404, NOT_HERE)  # /archive/abc is no page
    fields = " ".join(map(_sentence, error.errors()))
    return _page(422, BAD_FIELDS.format(fields=fields))


async def answer_http(
    request: Request,
    error: Exception,
) -> Response:
    """Answer an address or a method that there is not, or a body that cannot be read."""
    assert isinstance(error, HTTPException)  # noqa: S101
    status = HTTPStatus(error.status_code)
    if is_for_program(request):
        kind = status.name.title().replace("_", "")
        return problem(
            status,
            kind,
            str(error.detail),
            headers=error.headers,
        )
    is_ours = error.detail != status.phrase
    message = str(error.detail) if is_ours else MESSAGES.get(status, str(error.detail))
    return _page(status, message, error.headers)


async def answer_unforeseen(
    request: Request,
    error: Exception,
) -> Response:
    """Answer after a fault of ours: its log line is written by the server."""
    if is_for_program(request):
        return problem(500, "InternalServerError", UNFORESEEN)
    return _page(500, UNFORESEEN)


async def answer_unreadable(
    request: Request,
    error: Exception,
) -> Response:
    """Answer a number, a day or a text that went beyond what Python can compute with."""
    log.warning("Input went beyond what can be computed with", exc_info=error)
    message = "A number, a day or a text here is beyond what can be worked with. Use another one."
    if is_for_program(request):
        return problem(422, "BeyondMeasure", message)
    return _page(422, message)


def _sentence(
    place: Mapping[str, Any],
) -> str:
    """Return what is wrong with one field: "page: Input should be greater than 0."."""
    name = ".".join(map(str, place["loc"][1:])) or str(place["loc"][0])
    return f"{name}: {place['msg']}."


def _page(
    status: int,
    message: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    page = show(
        "public/error.html",
        status,
        code=status,
        message=message,
    )
    page.headers.update(headers or {})
    return page
