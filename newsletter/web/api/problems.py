"""Problems: an error as a program reads it (RFC 9457)."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

PREFIX = "/api/"
KIND = "urn:newsletter:problem:"
NEW_WORD = re.compile(r"(?<!^)(?=[A-Z])")  # in the name of an error


def is_for_program(request: Request) -> bool:
    """True if the one who asked reads JSON."""
    return request.url.path.startswith(PREFIX)


def problem(
    status: int,
    kind: str,
    detail: str,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> Response:
    """Return a problem. `kind` is the name of our error.

    `errors` point at the wrong places of the body (JSON Pointer, RFC 6901). `more` are members of
    this kind of problem alone (RFC 9457, 3.2).
    """
    words = NEW_WORD.sub("-", kind).lower()
    body: dict[str, object] = {
        "type": KIND + words,
        "title": words.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        **more,
        **({"errors": list(errors)} if errors else {}),
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def answer_invalid(request: Request, error: Exception) -> Response:
    """Answer a body that has not the shape it should have, naming each place."""
    # It is registered for no other kind of error.
    assert isinstance(error, RequestValidationError)  # noqa: S101
    if not is_for_program(request):
        return await request_validation_exception_handler(request, error)
    errors = [_described(place) for place in error.errors()]
    return problem(422, "BadBody", "The request is not as it should be: see `errors`.", errors)


async def answer_http(request: Request, error: Exception) -> Response:
    """Answer an address or a method that there is not."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if not is_for_program(request):
        return await http_exception_handler(request, error)
    kind = HTTPStatus(error.status_code).name.title().replace("_", "")
    return problem(error.status_code, kind, str(error.detail), headers=error.headers)


def _described(place: Mapping[str, Any]) -> dict[str, str]:
    return {"pointer": _pointer(*place["loc"]), "detail": str(place["msg"])}


def _pointer(part: str, *path: str | int) -> str:
    prefix = "#/" if part == "body" else f"{part}/"
    return prefix + "/".join(map(str, path))
