"""Security headers, and the check that a form was sent from our own pages."""

import logging
import secrets
from collections.abc import Mapping

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter import logs
from newsletter.web.caching import PRIVATE, STATIC
from newsletter.web.door import is_same_host
from newsletter.web.missing import led_on
from newsletter.web.refusals import answer_http

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; img-src 'self' https: data:; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)
# A printed letter has its styles inline, and pictures from anywhere; nothing in it may run.
LETTER_POLICY = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src https: http: data:; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# For a year this host is asked by TLS only (RFC 6797). Not its subdomains: they may be others'.
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
FROM_ANYWHERE = (
    "/leave/",
    "/subscribe",
    "/api/signup",
)  # RFC 8058 posts come from mail clients, sign-ups from other sites
FROM_ELSEWHERE = "This form was sent from another site. Open our page and send it from there."


def headers_of(is_https: bool) -> dict[str, str]:
    """Return the headers that each answer has; by TLS one more."""
    return HEADERS | (TLS_ONLY if is_https else {})


class Headed:
    """The ASGI application that adds our headers to every answer of another one.

    It is the outermost: a 403 of Protection and the 500 of a fault have them too.
    """

    def __init__(
        self,
        app: ASGIApp,
        headers: Mapping[str, str],
    ) -> None:
        self._app = app
        self._headers = headers

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] == "http":
            send = _with_headers(
                self._headers,
                scope,
                send,
            )
        await self._app(
            scope,
            receive,
            send,
        )


class Protection:
    """The ASGI application that refuses forms of other sites.

    Plain ASGI: the framework's own way to write this hands each answer through a second task.
    """

    def __init__(
        self,
        app: ASGIApp,
    ) -> None:
        self._app = app

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http":
            await self._app(
                scope,
                receive,
                send,
            )
            return
        # The task of a request ends with it, so nobody has to take this id back.
        logs.note_request(secrets.token_hex(4))
        await self._answer(
            scope,
            receive,
            send,
        )
        if log.isEnabledFor(logging.DEBUG):
            _log_answer(scope)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        request = Request(scope, receive)
        if request.method not in ("GET", "HEAD") and not _is_ours(request):
            refused = await answer_http(request, HTTPException(403, FROM_ELSEWHERE))
            await refused(scope, receive, send)
            return
        if scope["path"] == "/" and scope["query_string"]:
            # An old address like /?p=12: the front page is always there, so nobody else misses it.
            redirect = await run_in_threadpool(led_on, request)
            if redirect:
                await redirect(
                    scope,
                    receive,
                    send,
                )
                return
        await self._app(
            scope,
            receive,
            send,
        )


def _log_answer(scope: Scope) -> None:
    # The route, not the path: paths hold tokens.
    route = getattr(
        scope.get("route"),
        "path",
        "no route of ours",
    )
    log.debug(
        "Answered %s %s",
        scope["method"],
        route,
    )


def _with_headers(
    ours: Mapping[str, str],
    scope: Scope,
    send: Send,
) -> Send:
    """Return a `send` that adds our headers to an answer which has none of its own."""
    is_static = scope["path"].startswith("/static/")

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ours.items():
                headers.setdefault(name, value)
            # A file that is not there may come with the next version: nobody keeps that answer.
            is_kept = is_static and message["status"] < 400
            headers.setdefault("Cache-Control", STATIC if is_kept else PRIVATE)
        await send(message)

    return protected


def _is_ours(request: Request) -> bool:
    if request.scope["path"].startswith(FROM_ANYWHERE):
        return True
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or is_same_host(origin, request)
