"""The door: what comes in by HTTP is cleaned or refused here, for all pages at once.

Texts of queries, forms, JSON, headers and cookies are cleaned: a stray control is no fault of the
person who pasted it. A path is refused, because no page has such an address. So no handler and no
table meets what a database cannot hold.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, request_response
from pydantic import BaseModel
from starlette.datastructures import FormData, Headers, QueryParams, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.database.storable import MOST
from newsletter.text import clean_text, is_clean, is_number

Handler = Callable[[Request], Awaitable[Response]]
Answer = Callable[[Request, Exception], Awaitable[Response]]  # as of refusals.py
MOST_PATH = 2000  # characters: twice the longest old address that leads on
NOT_IN_HEADERS = bytes([*range(0x09), *range(0x0A, 0x20), 0x7F])
NOT_HERE = "There is no page at this address. The archive has every issue, and a search."
NO_HOST = "The one host that is asked for must be named. Open this address by its usual name."
TOO_LARGE = "{name}: this number is too large. The largest one is {most:,}."
UNREADABLE = "The form cannot be read. Open its page again and send it from there."


class CleanRequest(Request):
    """A request whose texts are clean, and whose numbers of these names fit their columns."""

    def __init__(
        self,
        request: Request,
        numbers: frozenset[str],
    ) -> None:
        super().__init__(request.scope, request.receive, _send_of(request))
        self._numbers = numbers

    @property
    def headers(self) -> Headers:
        """The headers without controls, which servers refuse and other ways in may not."""
        raw = self.scope["headers"]
        return Headers(raw=[(name, value.translate(None, NOT_IN_HEADERS)) for name, value in raw])

    @property
    def query_params(self) -> QueryParams:
        """The query's fields, clean. Raises HTTPException for a number that is too large."""
        given = QueryParams(self.scope["query_string"]).multi_items()
        return QueryParams([(clean_text(name), self._clean(name, value)) for name, value in given])

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies, clean: their quoting can spell any sign."""
        return {clean_text(name): clean_text(value) for name, value in super().cookies.items()}

    async def json(self) -> Any:
        """Return the body, its texts and names clean. Raises ValueError."""
        return _cleaned(await super().json())

    async def _get_form(
        self,
        **limits: Any,
    ) -> FormData:
        """Read the form, clean. Raises HTTPException for what cannot be read."""
        if self._form is None:
            self._form = self._clean_form(await self._read_form(limits))
        return self._form

    async def _read_form(
        self,
        limits: Mapping[str, Any],
    ) -> FormData:
        try:
            return await super()._get_form(**limits)
        except ValueError as error:  # a charset that is none, say
            raise HTTPException(400, UNREADABLE) from error

    def _clean_form(
        self,
        form: FormData,
    ) -> FormData:
        return FormData(
            [(clean_text(name), self._clean(name, value)) for name, value in form.multi_items()]
        )

    def _clean(
        self,
        name: str,
        value: Any,
    ) -> Any:
        """Return a field's value, clean. Raises HTTPException for a number that is too large."""
        if isinstance(value, UploadFile):
            value.filename = clean_text(value.filename or "")
            return value
        if name in self._numbers and is_too_large(value):
            raise HTTPException(422, TOO_LARGE.format(name=name, most=MOST))
        return clean_text(value)


class Door:
    """The ASGI application that refuses a path or a host that is none."""

    def __init__(
        self,
        app: ASGIApp,
        answer: Answer,
    ) -> None:
        self._app = app
        self._answer = answer

    async def __call__(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        refused = _refuse_address(scope) if scope["type"] == "http" else None
        if refused is None:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive), refused)
        await answer(scope, receive, send)


def guard(route: APIRoute) -> None:
    """Let a route meet clean requests only."""
    handle: Handler = route.get_route_handler()
    numbers = frozenset(_numbers_of(route.dependant))

    async def handle_clean(request: Request) -> Response:
        for name, text in request.path_params.items():
            if name in numbers and is_too_large(str(text)):
                raise HTTPException(404, NOT_HERE)
        return await handle(CleanRequest(request, numbers))

    route.app = request_response(handle_clean)


def is_same_host(
    origin: str,
    request: Request,
) -> bool:
    """True if an Origin header names the host that was asked for."""
    try:
        return urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:  # a bracket, and no IPv6 address behind it
        return False


def is_too_large(text: str) -> bool:
    """True for the digits of a number that no column of numbers takes, whatever its sign."""
    # As FastAPI reads one: 1_000 and 1000.0 are numbers, too.
    digits = text.strip().lstrip("+-").partition(".")[0].replace("_", "").lstrip("0")
    return is_number(digits) and (len(digits) > len(str(MOST)) or int(digits) > MOST)


def _refuse_address(scope: Scope) -> HTTPException | None:
    """Return why there can be no answer for this path or this host, None if there can."""
    hosts = Headers(scope=scope).getlist("host")
    # Two would be read as one host by us and as the other by a cache (RFC 9112, 3.2).
    if len(hosts) > 1 or not all(map(_is_host, hosts)):
        return HTTPException(400, NO_HOST)
    if not hosts and scope["http_version"] == "1.1":
        return HTTPException(400, NO_HOST)
    path = scope["path"]
    return None if len(path) <= MOST_PATH and is_clean(path) else HTTPException(404, NOT_HERE)


def _send_of(request: Request) -> Send:
    return request._send  # the framework hands it on in the same way


def _cleaned(value: Any) -> Any:
    """Return a value of JSON with all its texts clean."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return list(map(_cleaned, value))
    if isinstance(value, dict):
        return {clean_text(name): _cleaned(each) for name, each in value.items()}
    return value


def _is_host(host: str) -> bool:
    """True if a Host header can be read (RFC 9110, 7.2)."""
    try:
        parts = urlsplit(f"//{host}")
        return parts.port != 0 and is_clean(host)
    except ValueError:
        return False


def _numbers_of(dependant: Dependant) -> Iterator[str]:
    """Give the names by which a route, with all that it depends on, takes whole numbers."""
    for field in (*dependant.path_params, *dependant.query_params, *dependant.body_params):
        yield from _numbers_in(field.alias, field.field_info.annotation)
    for needed in dependant.dependencies:
        yield from _numbers_of(needed)


def _numbers_in(
    name: str,
    annotation: Any,
) -> Iterator[str]:
    if annotation is int or int in get_args(annotation):
        yield name
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for inner, field in annotation.model_fields.items():
            yield from _numbers_in(field.alias or inner, field.annotation)
