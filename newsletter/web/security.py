"""Security headers, and the check that a form was sent from our own pages."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.web.caching import PRIVATE, STATIC
from newsletter.web.missing import led_on

POLICY = "default-src 'self'; img-src 'self' https: data:; frame-ancestors 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
LETTER_POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
FROM_ANYWHERE = (
    "/leave/",
    "/subscribe",
    "/api/signup",
)  # RFC 8058 posts come from mail clients, sign-ups from other sites
FROM_ELSEWHERE = "This form was sent from another site. Open our page and send it from there."


class Protection:
    """The ASGI application that refuses forms of other sites, and adds the headers to every answer that has none of its own.

    Plain ASGI: the framework's own way to write this hands each answer through a second task.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault(
                    "Cache-Control", STATIC if scope["path"].startswith("/static/") else PRIVATE
                )
            await send(message)

        if request.method not in ("GET", "HEAD") and not _is_ours(request):
            await PlainTextResponse(FROM_ELSEWHERE, 403)(scope, receive, send)
        elif (
            request.url.path == "/"
            and request.url.query
            and (moved := await run_in_threadpool(led_on, request))
        ):
            await moved(
                scope, receive, send
            )  # an old address like /?p=12: the front page is always there, so nobody misses it
        else:
            await self._app(scope, receive, protected)


def _is_ours(request: Request) -> bool:
    if request.url.path.startswith(FROM_ANYWHERE):
        return True
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
