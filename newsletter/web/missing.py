"""What is not here: an old address leads on for ever, everything else is a page that says so."""

from typing import cast

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from newsletter.errors import NotFound
from newsletter.publications.reading import only_publication
from newsletter.publications.redirects import target_of
from newsletter.runtime import Runtime
from newsletter.web.api.problems import is_for_program, problem
from newsletter.web.rendering import show

KEPT = "public, max-age=86400"
MESSAGE = "There is no page at this address. The archive has every issue, and a search."


def answer_missing(request: Request, error: Exception) -> Response:
    """Answer an address that no page has."""
    if is_for_program(request):
        return problem(404, "NotFound", str(getattr(error, "detail", "")))
    return led_on(request) or show("public/error.html", 404, code=404, message=MESSAGE)


def led_on(request: Request) -> Response | None:
    """Return the way that an old address leads (RFC 9110, 15.4.2), or None."""
    if request.method not in ("GET", "HEAD"):
        return None
    target = cast(Runtime, request.app.state.runtime).database.read(
        _target,
        request.url.path,
        request.url.query,
    )
    return RedirectResponse(target, 301, {"Cache-Control": KEPT}) if target else None


def _target(session: Session, path: str, query: str) -> str | None:
    try:
        return target_of(session, only_publication(session).key, path, query)
    except NotFound:
        return None  # there is no publication yet
