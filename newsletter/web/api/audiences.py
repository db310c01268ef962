"""Audiences by the API: which are saved, and how many readers each has now."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from newsletter.delivery import activity
from newsletter.web.api.access import ApiReading, ClientDep
from newsletter.web.requests import RuntimeDep
from subscribers.audiences import saved
from subscribers.audiences.filters import describe_filter

pages = APIRouter(prefix="/api/audiences")


@pages.get("")
def list_audiences(client: ClientDep, runtime: RuntimeDep, session: ApiReading) -> Response:
    """All of the publication by name, and what it knows of activity."""
    now, told = runtime.clock.now(), []
    for audience in saved.read_all(session, client.key):
        one = saved.filter_of(audience)
        readers = activity.count_audience(session, client.publication, one, now)
        told.append(
            {
                "name": audience.name,
                "filter": audience.filter,
                "takes": describe_filter(one),
                "readers": readers,
            }
        )
    return JSONResponse(
        {"audiences": told, "activity": activity.activity_in_words(client.publication)}
    )
