"""The application: every page on one runtime."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import ModuleType

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from newsletter.desk.turnstile import Turnstile
from newsletter.errors import NewsletterError
from newsletter.lists.thread import ListThread
from newsletter.runtime import Runtime
from newsletter.schedule.asked_gathering import Gatherings
from newsletter.tracking.recording import Recorder
from newsletter.web import api, clicks, desk, health, public
from newsletter.web.api.allowance import Allowances
from newsletter.web.desk import people, settings, start, team, tools, weekly
from newsletter.web.door import Door, guard
from newsletter.web.entrance import Entrance
from newsletter.web.errors import answer_database_error, answer_error
from newsletter.web.grouping import Group
from newsletter.web.limits.bodies import Bodies
from newsletter.web.limits.login_brake import LoginBrake, Pause, pause
from newsletter.web.limits.lookups import LookUps
from newsletter.web.limits.tries import RelayTries
from newsletter.web.limits.turns import Turns
from newsletter.web.missing import answer_missing
from newsletter.web.public import person
from newsletter.web.refusals import (
    answer_http,
    answer_invalid,
    answer_unforeseen,
    answer_unreadable,
)
from newsletter.web.rendering import STATIC
from newsletter.web.requests import check_login
from newsletter.web.security import Headed, Protection, headers_of

# Modules come by their names. So /desk/readers/import (imports) is before /desk/readers/{id}
# (subscribers), which would take "import" for an id; a test looks for such shadows.
PACKAGES = (api, public, person, desk, people, settings, start, team, tools, weekly)


class _Application(FastAPI):
    """FastAPI whose every answer has our headers, also one that the framework makes itself."""

    def build_middleware_stack(self) -> ASGIApp:
        headers = headers_of(self.state.runtime.settings.is_https)
        return Headed(super().build_middleware_stack(), headers)


def application(runtime: Runtime, pause: Pause = pause) -> FastAPI:
    """Return the ASGI application; `pause` is waited for before a refused login is answered.

    At its start it goes on with lists whose import was cut off; at its end it stores the events
    that it answered.
    """
    recorder = Recorder(runtime.database)
    list_thread = runtime.list_thread()
    gatherings = runtime.gatherings()
    app = _Application(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # It would lead to the host that the request names: answer_missing leads to a path.
        redirect_slashes=False,
        lifespan=_life(recorder, list_thread, gatherings),
    )
    app.state.runtime = runtime
    app.state.recorder = recorder
    app.state.list_thread = list_thread
    app.state.gatherings = gatherings
    app.state.allowances = Allowances()
    app.state.turnstile = Turnstile()
    app.state.sign_ups = Group(runtime.database)
    app.state.look_ups = LookUps()
    app.state.relay_tries = RelayTries()
    _add_guards(app, runtime, pause)
    clicks.count_clicks(app, runtime, recorder)
    app.add_middleware(Entrance, runtime=runtime)
    _add_error_handlers(app)
    _add_pages(app)
    return app


def _add_guards(app: FastAPI, runtime: Runtime, pause: Pause) -> None:
    # What is added last comes first. A body is read before its turn: a slow sender waits for none.
    app.add_middleware(LoginBrake, runtime=runtime, wait=pause)
    app.add_middleware(Turns, answer=answer_error)
    app.add_middleware(Bodies, check_login=check_login, answer=answer_error)
    app.add_middleware(Door, answer=answer_http)
    app.add_middleware(Protection)


def _add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(NewsletterError, answer_error)
    app.add_exception_handler(OperationalError, answer_database_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(404, answer_missing)
    for kind in (OverflowError, UnicodeError):
        app.add_exception_handler(kind, answer_unreadable)
    app.add_exception_handler(Exception, answer_unforeseen)


def _add_pages(app: FastAPI) -> None:
    for router in routers():
        # As they are: include_router would analyse each page's parameters a second time.
        app.router.routes.extend(_prepared(router).routes)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")


def routers() -> Iterator[APIRouter]:
    """Every module's `pages`, in the order of the packages and of the modules' names."""
    yield health.pages
    for package in PACKAGES:
        yield from _routers_of(package)
    yield clicks.pages


def _routers_of(package: ModuleType) -> Iterator[APIRouter]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        pages = getattr(importlib.import_module(module.name), "pages", None)
        if isinstance(pages, APIRouter):
            yield pages


def _life(
    recorder: Recorder, list_thread: ListThread, gatherings: Gatherings
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        list_thread.wake()
        yield
        recorder.close()
        await run_in_threadpool(gatherings.close)
        await run_in_threadpool(list_thread.close)

    return life


def _prepared(router: APIRouter) -> APIRouter:
    """Put the door before each route, and let GET routes answer HEAD (RFC 9110, 9.1).

    The HTTP layer leaves out the body of an answer to HEAD.
    """
    for route in router.routes:
        if isinstance(route, APIRoute):
            guard(route)
            if route.methods and "GET" in route.methods:
                route.methods.add("HEAD")
    return router
