"""The application: every page on one runtime."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from newsletter.errors import NewsletterError
from newsletter.lists.thread import ListThread
from newsletter.runtime import Runtime
from newsletter.tracking.recording import Recorder
from newsletter.web import clicks, health
from newsletter.web.api import audiences as api_audiences
from newsletter.web.api import signup as api_signup
from newsletter.web.api import subscribers as api_subscribers
from newsletter.web.api.allowance import Allowances
from newsletter.web.api.problems import answer_http, answer_invalid
from newsletter.web.desk import api as desk_api
from newsletter.web.desk import articles as desk_articles
from newsletter.web.desk import candidates, delivery, figures, issues, login, submissions, week
from newsletter.web.desk import sources as desk_sources
from newsletter.web.desk import tools as desk_tools
from newsletter.web.desk.people import audiences as desk_audiences
from newsletter.web.desk.people import imports, leaves, progress, quarantine, subscribers
from newsletter.web.errors import answer_error
from newsletter.web.grouping import Group
from newsletter.web.missing import answer_missing
from newsletter.web.public import (
    archive,
    articles,
    crawling,
    embed,
    feeds,
    leaving,
    mine,
    preferences,
    promote,
    reconfirming,
    signup,
    voting,
)
from newsletter.web.public import tools as tool_pages
from newsletter.web.rendering import STATIC
from newsletter.web.security import Protection

PUBLIC = (
    signup, embed, leaving, preferences, mine, reconfirming, archive, articles, tool_pages, promote, feeds, crawling, voting, clicks,
)  # fmt: skip
DESK = (
    login, week, issues, candidates, delivery, figures, desk_articles, desk_sources, submissions, desk_tools, desk_audiences, desk_api, imports, progress,
    subscribers, leaves, quarantine,
)  # fmt: skip


def application(runtime: Runtime) -> FastAPI:
    """Return the ASGI application. Lists whose import was cut off are gone on with; at its end, the events that it answered are stored."""
    recorder, list_thread = Recorder(runtime.database), runtime.list_thread()
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None, lifespan=_life(recorder, list_thread)
    )
    app.state.runtime, app.state.recorder, app.state.list_thread = runtime, recorder, list_thread
    app.state.allowances = Allowances()
    app.state.sign_ups = Group(runtime.database)
    app.add_middleware(Protection)
    clicks.count_clicks(app, runtime, recorder)
    app.add_exception_handler(NewsletterError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    for module in (health, api_subscribers, api_audiences, api_signup, *PUBLIC, *DESK):
        app.include_router(_answering_head(module.pages))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(404, answer_missing)
    return app


def _life(
    recorder: Recorder, list_thread: ListThread
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        list_thread.wake()
        yield
        recorder.close()
        await run_in_threadpool(list_thread.close)

    return life


def _answering_head(router: APIRouter) -> APIRouter:
    """RFC 9110, 9.1: every server answers HEAD as it answers GET; the HTTP layer leaves out the body."""
    for route in router.routes:
        if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
            route.methods.add("HEAD")
    return router
