"""Security headers, and the check that a form was sent from our own pages."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from newsletter.web.caching import PRIVATE, STATIC
from newsletter.web.missing import led_on

POLICY = "default-src 'self'; img-src 'self' https: data:; frame-ancestors 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
LETTER_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"
FROM_ANYWHERE = ("/leave/", "/subscribe", "/api/signup")  # RFC 8058 posts come from mail clients, sign-ups from other sites
Next = Callable[[Request], Awaitable[Response]]


async def protect(request: Request, call_next: Next) -> Response:
    """Refuse forms of other sites, and add the headers to every answer that has none of its own."""
    if request.method not in ("GET", "HEAD") and not _is_ours(request):
        return PlainTextResponse("This form was sent from another site. Open our page and send it from there.", 403)
    if request.url.path == "/" and request.url.query and (moved := await run_in_threadpool(led_on, request)):
        return moved  # an old address like /?p=12: the front page is always there, so nobody misses it
    response = await call_next(request)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", STATIC if request.url.path.startswith("/static/") else PRIVATE)
    return response


def _is_ours(request: Request) -> bool:
    if request.url.path.startswith(FROM_ANYWHERE):
        return True
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
