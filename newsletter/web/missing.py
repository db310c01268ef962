"""What is not here: an old address leads on for ever, everything else is a page that says so."""

from typing import cast
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Match

from newsletter.errors import NotFound
from newsletter.publications.redirects import target_of
from newsletter.runtime import Runtime
from newsletter.web.api.problems import is_for_program, problem
from newsletter.web.door import NOT_HERE
from newsletter.web.rendering import show
from newsletter.web.requests import asked_publication

KEPT = "public, max-age=86400"


def answer_missing(
    request: Request,
    error: Exception,
) -> Response:
    """Answer an address that no page has."""
    tidy = _without_slash(request)
    if tidy:
        return tidy
    if is_for_program(request):
        return problem(404, "NotFound", str(getattr(error, "detail", "")))
    return led_on(request) or show(
        "public/error.html",
        404,
        code=404,
        message=NOT_HERE,
    )


def _without_slash(request: Request) -> Response | None:
    """Lead /archive/ to /archive, for any method; None unless there is such a page.

    The way is a path: an absolute one would have to believe the host that the request names.
    """
    path = request.scope["path"].rstrip("/")
    # //other.example would be another host.
    if path == request.scope["path"] or path[:2] in ("", "//"):
        return None
    scope = {**request.scope, "path": path}
    if all(route.matches(scope)[0] is Match.NONE for route in request.app.router.routes):
        return None
    query = _query(request)
    return RedirectResponse(quote(path) + (f"?{query}" if query else ""), 307)


def _query(request: Request) -> str:
    # Not of request.url: a Host header that is none cannot be part of one.
    return str(request.scope["query_string"].decode("latin-1"))


def led_on(request: Request) -> Response | None:
    """Return the way that an old address leads (RFC 9110, 15.4.2), or None."""
    if request.method not in ("GET", "HEAD"):
        return None
    target = _target(request)
    return (
        RedirectResponse(
            target,
            301,
            {"Cache-Control": KEPT},
        )
        if target
        else None
    )


def _target(request: Request) -> str | None:
    database = cast(Runtime, request.app.state.runtime).database
    try:
        publication = asked_publication(request)
    except NotFound:
        return None  # there is no publication yet
    return database.read(target_of, publication.key, request.scope["path"], _query(request))
