"""The brake: who guesses passwords is answered slowly, and holds no thread meanwhile.

A refused login costs a look into the database, a page, perhaps a hash. Forty connections that ask
again at once leave the other pages no time. So each refused one is answered a second later, and who
must wait is answered from memory until then.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsletter.desk.turnstile import MOST_WAITING, Crowded
from newsletter.errors import NewsletterError
from newsletter.intake.guessing import TooManyGuesses
from newsletter.runtime import Runtime
from newsletter.web.rendering import show
from newsletter.web.requests import KNOWN, cookie_name, network_of
from subscribers.addresses import shorten_network

# What proves who somebody is.
LOGINS = ("/desk/login", "/desk/login/code", "/desk/start/owner")
REFUSED = (403, 429, 503)
PAUSE_S = 1.0
MOST_NETWORKS = 10_000  # remembered: some kilobytes each thousand

Pause = Callable[[], Awaitable[None]]


async def pause() -> None:
    """Wait before a refused login is answered."""
    await asyncio.sleep(PAUSE_S)


class LoginBrake:
    """The ASGI application that answers refused logins of another one late."""

    def __init__(
        self,
        app: ASGIApp,
        runtime: Runtime,
        wait: Pause,
    ) -> None:
        self._app = app
        self._runtime = runtime
        self._inside = 0  # logins that are looked at now
        self._pause = wait
        self._waiting: dict[str, datetime] = {}  # until when, by shortened network

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in LOGINS:
            await self._app(
                scope,
                receive,
                send,
            )
            return
        request = Request(scope, receive)
        request.state.network_wait_s = 0  # the page for the login sets it
        slowed = self._slowed(request, send)
        refusal = self._refusal(request)
        if refusal:
            await refusal(
                scope,
                receive,
                slowed,
            )
            return
        self._inside += 1
        try:
            await self._app(
                scope,
                receive,
                slowed,
            )
        finally:
            self._inside -= 1

    def _refusal(
        self,
        request: Request,
    ) -> Response | None:
        """Return the answer to who need not be looked at; None for everybody else."""
        if known_browser(request, self._runtime):
            return None
        now = self._runtime.clock.now()
        until = self._waiting.get(shorten_network(network_of(request)), now)
        if until > now:
            return _answer(TooManyGuesses(math.ceil((until - now).total_seconds())), 429)
        return _answer(Crowded(), 503) if self._inside > MOST_WAITING else None

    def _slowed(
        self,
        request: Request,
        send: Send,
    ) -> Send:
        """Return a `send` that remembers who must wait, and pauses before a refusal."""

        async def slowed(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in REFUSED:
                self._remember(request)
                await self._pause()
            await send(message)

        return slowed

    def _remember(
        self,
        request: Request,
    ) -> None:
        """Remember until when a network must wait, if its login was refused for that.

        An address that waits is no matter of the others of the network.
        """
        wait_s = request.state.network_wait_s
        if not wait_s:
            return
        if len(self._waiting) >= MOST_NETWORKS:
            self._waiting.clear()
        until = self._runtime.clock.now() + timedelta(seconds=wait_s)
        self._waiting[shorten_network(network_of(request))] = until


def known_browser(
    request: Request,
    runtime: Runtime,
) -> str:
    """Return the token of a browser in which an editor logged in before; "" for any other.

    It is a cookie, or in the address that a notice's link leads to.
    """
    cookie = request.cookies.get(cookie_name(runtime, KNOWN), "")
    for token in (request.query_params.get("known", ""), cookie):
        try:
            runtime.signer.read(
                "browser",
                token,
                runtime.clock.now(),
            )
        except NewsletterError:
            continue
        return token
    return ""


def _answer(
    error: TooManyGuesses | Crowded,
    status: int,
) -> Response:
    page = show(
        "public/error.html",
        status,
        code=status,
        message=str(error),
    )
    page.headers["Retry-After"] = str(error.wait_s)
    return page
