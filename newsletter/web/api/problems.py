"""Problems: an error as a program reads it (RFC 9457)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

PREFIX = "/api/"
KIND = "urn:newsletter:problem:"
NEW_WORD = re.compile(r"(?<!^)(?=[A-Z])")  # in the name of an error


def is_for_program(request: Request) -> bool:
    """True if the one who asked reads JSON."""
    return str(request.scope["path"]).startswith(PREFIX)


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


def described(
    place: Mapping[str, Any],
) -> dict[str, str]:
    """Return one wrong place of a request, as `errors` names it."""
    return {"pointer": _pointer(*place["loc"]), "detail": str(place["msg"])}


def _pointer(
    part: str,
    *path: str | int,
) -> str:
    prefix = "#/" if part == "body" else f"{part}/"
    return prefix + "/".join(map(str, path))
