"""Caching: a public page may be kept for a minute, then asked for by its tag; all else is not kept.

Sources: RFC 9110, 13.1.2 (tags) and RFC 9111.
"""

import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

PUBLIC = "public, max-age=60, stale-while-revalidate=600"
STATIC = "public, max-age=300, stale-while-revalidate=86400"
PRIVATE = "no-store"
OF_THE_BODY = ("content-length", "content-type")  # what a 304 does not repeat: RFC 9110, 15.4.5


class PublicRoute(APIRoute):
    """A page that is the same for everybody: its answers have a tag, and a known tag gets 304."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            response = await answer(request)
            if response.status_code != 200:
                return response
            return tag(response, request.headers.get("if-none-match", ""))

        return tagged


def period(now: datetime, seconds: int) -> int:
    """Return a number that stays the same for so long: the key of what is looked up once in it."""
    return int(now.timestamp()) // seconds


def tag(response: Response, if_none_match: str) -> Response:
    """Give an answer its tag, or answer 304 if the other side has it."""
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'
    response.headers.setdefault("Cache-Control", PUBLIC)
    response.headers["ETag"] = etag
    return _not_modified(response) if _has(etag, if_none_match) else response


def _has(etag: str, if_none_match: str) -> bool:
    """Compared weakly: a proxy that compresses makes a tag weak."""
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in if_none_match.split(","))


def _not_modified(response: Response) -> Response:
    headers = response.headers.items()
    kept = {name: value for name, value in headers if name not in OF_THE_BODY}
    return Response(status_code=304, headers=kept)
