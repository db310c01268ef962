"""A reader's own data: name and time zone, a copy of all of it, and its erasure.

A letter's link opens none of it: it has a link mailed to the reader's own mailbox, good for a day.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import NotFound, Refused
from newsletter.intake.gate import may_write
from newsletter.letters.requested import write_data_link
from newsletter.privacy.agreeing import NewMailbox, require_known_mailbox
from newsletter.privacy.copying import copy_personal_data
from newsletter.privacy.forgetting import forget_person
from newsletter.tokens import OldToken
from newsletter.web.public.arriving import arrive
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.public.leaving import ask
from newsletter.web.public.preferences import preferences_page
from newsletter.web.rendering import go_to
from newsletter.web.requests import FormStr, Reading, RuntimeDep, Writing
from subscribers.addresses import mask
from subscribers.merging import remaining_subscriber
from subscribers.models import Subscriber
from subscribers.preferences import name_shown, set_name_and_zone, subscriptions_of

pages = APIRouter()
CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


class Forgotten(NotFound):
    """There is nothing of you here any more."""


class NotSure(Refused):
    """Erasing cannot be undone, so it asks for a tick: say that you are sure."""


class YouForm(BaseModel):
    """What a reader wants to be called, and where they live."""

    name: str = ""
    zone: str = ""


YouFormDep = Annotated[YouForm, Form()]


@pages.post("/preferences/{token}/mine")
def send_mine(token: str, runtime: RuntimeDep, session: Writing) -> Response:
    """Write a link to the data: they go to the mailbox only, as this page may be forwarded."""
    visit = arrive(runtime, session, token)
    reader = visit.reader
    if not reader.subscription_id:
        return ask(visit)
    subscriber = session.get_one(Subscriber, reader.subscriber_id)
    try:
        visit.require_new_link()
        require_known_mailbox(session, subscriber, visit.now, visit.publication.zone)
    except Refused as refused:
        return preferences_page(visit, error=str(refused), status=403)
    if may_write(session, runtime.signer, reader.address, visit.now):
        write_data_link(session, visit.publisher, subscriber, visit.now)
    return go_to(f"/preferences/{token}?done=mine")


@pages.get("/mine/{token}")
def ask_mine(token: str, front: FrontDep, session: Reading) -> Response:
    return _page(front, session, token, _subscriber(front, session, token))


@pages.post("/mine/{token}/you")
def set_you(
    token: str,
    front: FrontDep,
    session: Writing,
    form: YouFormDep,
) -> Response:
    subscriber = _subscriber(front, session, token)
    try:
        set_name_and_zone(
            session,
            subscriber.key,
            name=form.name,
            time_zone=form.zone,
            now=front.now(),
        )
    except Refused as refused:
        return _page(front, session, token, subscriber, error=str(refused))
    return _page(front, session, token, subscriber, notice="Saved.")


@pages.get("/mine/{token}/data")
def give_data(token: str, front: FrontDep, session: Reading) -> Response:
    """Return all that is kept of a person, as a file."""
    copied = copy_personal_data(session, _subscriber(front, session, token).key)
    text = json.dumps(copied, default=str, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text, media_type="application/json", headers=headers)


@pages.post("/mine/{token}/erase")
def erase(
    token: str,
    front: FrontDep,
    session: Writing,
    sure: FormStr = "",
) -> Response:
    subscriber = _subscriber(front, session, token)
    if sure != "yes":
        raise NotSure
    forget_person(session, subscriber.key, front.now())
    return front.show("public/mine.html", is_erased=True)


def _subscriber(front: Front, session: Session, token: str) -> Subscriber:
    """Return whose link it is. Raises BadToken, OldToken or Forgotten.

    The address may have changed since the link was mailed: then it is in a mailbox that is not the
    reader's any more. Its owner learns no more than that the link has expired.
    """
    key = remaining_subscriber(session, front.read_token("mine", token))
    subscriber = session.get(Subscriber, key)
    if subscriber is None:
        raise Forgotten
    try:
        require_known_mailbox(session, subscriber, front.now())
    except NewMailbox:
        raise OldToken from None
    return subscriber


def _page(
    front: Front,
    session: Session,
    token: str,
    subscriber: Subscriber,
    *,
    notice: str = "",
    error: str = "",
) -> Response:
    return front.show(
        "public/mine.html",
        422 if error else 200,
        token=token,
        subscriber=subscriber,
        name=name_shown(subscriptions_of(session, subscriber.key)),
        address=mask(subscriber.address),
        zones=_zones(),
        notice=notice,
        error=error,
        is_erased=False,
    )


@cache
def _zones() -> Mapping[str, Sequence[str]]:
    """Time zones by continent: only those that name a place."""
    by_continent: dict[str, list[str]] = {}
    for zone in sorted(available_timezones()):
        continent = zone.split("/")[0]
        if "/" in zone and continent in CONTINENTS:
            by_continent.setdefault(continent, []).append(zone)
    return by_continent
