"""Audiences by the API: which are saved, and how many readers each has now."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from newsletter.delivery import activity
from newsletter.web.api.access import ApiReading, Client, ClientDep
from subscribers.audiences import saved
from subscribers.audiences.filters import describe_filter
from subscribers.models import Audience

pages = APIRouter(prefix="/api/audiences")


@pages.get("")
def list_audiences(client: ClientDep, session: ApiReading) -> Response:
    """Return the audiences of the publication by name, and the meaning of activity there."""
    kept = saved.read_all(session, client.key)
    audiences = [_described(session, client, audience) for audience in kept]
    known = activity.activity_in_words(client.publication)
    return JSONResponse({"audiences": audiences, "activity": known})


def _described(session: Session, client: Client, audience: Audience) -> dict[str, object]:
    wanted = saved.filter_of(audience)
    return {
        "name": audience.name,
        "filter": audience.filter,
        "takes": describe_filter(wanted),
        "readers": activity.count_audience(session, client.publication, wanted, client.now()),
    }
