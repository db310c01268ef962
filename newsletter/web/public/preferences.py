"""Preferences: no login, a signed link. One page for all publications of this service that the reader gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from newsletter.delivery.leaving import cancel_waiting, press_leave
from newsletter.delivery.letter_links import LetterReader
from newsletter.errors import Refused
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.web.public.arriving import looked_s, reader_of, shown_token
from newsletter.web.public.leaving import ask, goodbye
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, RuntimeDep, Writing, network_of
from subscribers import preferences
from subscribers.addresses import mask
from subscribers.models import Subscriber, Subscription
from subscribers.preferences import BadPreferences, Preferences

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
WEEKS = (1, 2, 4, 8, 12, 26)
TOLD = {
    "saved": "Saved. This is what you get from now on.",
    "address": "A letter is on its way to the new address. Press the button in it, and your letters go there.",
    "mine": "A letter with a link to your data is on its way to your address. The link works for a day.",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One publication on the page: the subscription as it stands, and when a snooze ends in the reader's own zone."""

    publication: Publication
    subscription: Subscription
    until: str

    @property
    def key(self) -> int:
        return self.publication.key


async def _form(request: Request) -> FormData:
    return await request.form()


FormDep = Annotated[FormData, Depends(_form)]


@pages.get("/preferences/{token}")
def ask_preferences(
    token: str,
    runtime: RuntimeDep,
    session: Reading,
    told: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    return preferences_page(runtime, session, token, told=told)


@pages.post("/preferences/{token}")
def save_preferences(
    token: str, form: FormDep, request: Request, runtime: RuntimeDep, session: Writing
) -> Response:
    """Keep what was chosen, of all publications at once; a wrong value keeps nothing and says so."""
    reader, now = reader_of(runtime, session, token), runtime.clock.now()
    if not reader.subscription_id:
        return ask(runtime, session, reader, "")
    try:
        with session.begin_nested():
            _save(session, reader, form, network_of(request), now)
    except Refused as refused:
        return preferences_page(runtime, session, token, error=str(refused), status=422)
    return go_to(f"/preferences/{token}?told=saved")


@pages.post("/preferences/{token}/leave")
def leave_everything(
    token: str, form: FormDep, request: Request, runtime: RuntimeDep, session: Writing
) -> Response:
    """Leave every publication at once; the page of the one whose letter led here says goodbye."""
    reader, now = reader_of(runtime, session, token), runtime.clock.now()
    looked, second = looked_s(runtime.signer, str(form.get("shown", "")), now), "again" in form
    for one in preferences.subscriptions_of(session, reader.subscriber_id):
        each = LetterReader(
            one.publication_id,
            one.subscriber_id,
            one.key,
            reader.address,
            one.status,
            _issue_of(reader, one),
        )
        if not press_leave(
            session,
            each,
            by="preferences",
            looked_s=looked,
            is_second=second,
            network=network_of(request),
            now=now,
        ):
            return ask(runtime, session, reader, f"/preferences/{token}/leave", again=True)
    return goodbye(runtime, session, reader)


def preferences_page(
    runtime: Runtime,
    session: Session,
    token: str,
    *,
    told: str = "",
    error: str = "",
    status: int = 200,
) -> Response:
    """The page with all that can be chosen; for who is on no list, the news that nothing comes."""
    reader, now = reader_of(runtime, session, token), runtime.clock.now()
    subscriber = session.get(Subscriber, reader.subscriber_id)
    wishes = _wishes(session, reader.subscriber_id, now)
    if subscriber is None or not wishes:
        return ask(runtime, session, reader, "")
    return show(
        "public/preferences.html",
        status,
        publication=read_publication(session, reader.publication_id),
        token=token,
        subscriber=subscriber,
        address=mask(subscriber.address),
        wishes=wishes,
        weeks=WEEKS,
        zones=_zones(),
        told=TOLD.get(told, ""),
        error=error,
        shown=shown_token(runtime.signer, now),
    )


def _save(
    session: Session, reader: LetterReader, form: FormData, network: str, now: datetime
) -> None:
    preferences.set_name_and_zone(
        session,
        reader.subscriber_id,
        name=str(form.get("name", "")),
        time_zone=str(form.get("zone", "")),
        now=now,
    )
    for wish in _wishes(session, reader.subscriber_id, now):
        offered = wish.publication.topics
        topics = [str(topic) for topic in form.getlist(f"topic-{wish.key}")]
        choice = Preferences(
            str(form.get(f"often-{wish.key}", "")),
            topics,
            _weeks(str(form.get(f"snooze-{wish.key}", ""))),
        )
        key = wish.subscription.key
        if preferences.set_preferences(
            session, key, choice, offered=offered, network=network, now=now
        ) and not _is_due(wish.subscription, now):
            cancel_waiting(session, wish.key, reader.subscriber_id, now)


def _is_due(subscription: Subscription, now: datetime) -> bool:
    return subscription.frequency == "every" and (
        subscription.snoozed_until is None or subscription.snoozed_until <= now
    )


def _wishes(session: Session, subscriber_id: int, now: datetime) -> Sequence[Wish]:
    subscriber = session.get(Subscriber, subscriber_id)
    active = (
        [
            one
            for one in preferences.subscriptions_of(session, subscriber_id)
            if one.status == "active"
        ]
        if subscriber
        else []
    )
    found = []
    for one in active:
        publication = read_publication(session, one.publication_id)
        zone = (subscriber.time_zone if subscriber else "") or publication.cadence.split()[-1]
        is_asleep = one.snoozed_until is not None and one.snoozed_until > now
        until = (
            f"{one.snoozed_until.astimezone(ZoneInfo(zone)):%-d %B %Y}"
            if is_asleep and one.snoozed_until
            else ""
        )
        found.append(Wish(publication, one, until))
    return found


def _weeks(text: str) -> int | None:
    if text == "keep":
        return None
    if text and not text.isdecimal():
        raise BadPreferences
    return int(text or 0)


def _issue_of(reader: LetterReader, one: Subscription) -> int | None:
    return reader.issue_id if one.publication_id == reader.publication_id else None


@cache
def _zones() -> Mapping[str, Sequence[str]]:
    """Time zones by continent: only those that name a place."""
    by_continent: dict[str, list[str]] = {}
    for zone in sorted(available_timezones()):
        continent, _, place = zone.partition("/")
        if place and continent in CONTINENTS:
            by_continent.setdefault(continent, []).append(zone)
    return by_continent
