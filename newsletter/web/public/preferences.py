"""Preferences: no login, a signed link; one page for all publications that a reader gets.

The link is in each letter, and letters are forwarded: who has it chooses and leaves, and no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from newsletter.delivery.leaving import cancel_waiting
from newsletter.delivery.letter_links import LetterReader
from newsletter.errors import Refused
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.text import is_number
from newsletter.web.public.arriving import LetterVisit, arrive
from newsletter.web.public.leaving import ask, goodbye
from newsletter.web.rendering import go_to, show
from newsletter.web.requests import Reading, RuntimeDep, Writing, network_of
from subscribers import preferences
from subscribers.addresses import mask
from subscribers.models import Subscriber, Subscription
from subscribers.preferences import BadPreferences, Preferences

pages = APIRouter()
WEEKS = (1, 2, 4, 8, 12, 26)
NOTICES = {
    "saved": "Saved. This is what you get from now on.",
    "address": "A letter is on its way to the new address. Press the button in it. "
    "Then the address of now is asked, too.",
    "mine": "A letter with a link to your data is on its way to your address. "
    "The link works for a day.",
}


@dataclass(frozen=True, slots=True)
class ShownSubscription:
    """One publication on the page: its subscription, and the day in the reader's zone until which
    a snooze lasts ("" for none)."""

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
    done: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    return preferences_page(arrive(runtime, session, token), done=done)


@pages.post("/preferences/{token}")
def save_preferences(
    token: str,
    form: FormDep,
    request: Request,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """Keep the choices of all publications at once; a wrong value keeps nothing and says so."""
    visit = arrive(runtime, session, token)
    if not visit.reader.subscription_id:
        return ask(visit)
    choices = _Choices(form, network_of(request), visit.now)
    try:
        with session.begin_nested():
            choices.save(session, visit.reader)
    except Refused as refused:
        return preferences_page(visit, error=str(refused), status=422)
    return go_to(f"/preferences/{token}?done=saved")


@pages.post("/preferences/{token}/leave")
def leave_everything(
    token: str,
    form: FormDep,
    request: Request,
    runtime: RuntimeDep,
    session: Writing,
) -> Response:
    """Leave every publication at once; the one whose letter led here says goodbye."""
    visit = arrive(runtime, session, token)
    action = f"/preferences/{token}/leave"
    if not visit.was_shown(form):
        return ask(visit, action, 422)
    network = network_of(request)
    for reader in _readers(visit):
        if not visit.press(reader, form, by="preferences", network=network):
            return ask(visit, action, again=True)
    return goodbye(visit)


def preferences_page(
    visit: LetterVisit,
    *,
    done: str = "",
    error: str = "",
    status: int = 200,
) -> Response:
    """Show all that can be chosen; a reader of no list gets the news that nothing comes."""
    subscriber = visit.session.get(Subscriber, visit.reader.subscriber_id)
    shown = _shown(visit.session, subscriber, visit.now)
    if subscriber is None or not shown:
        return ask(visit)
    return show(
        "public/preferences.html",
        status,
        publication=visit.publication,
        token=visit.token,
        address=mask(subscriber.address),
        subscriptions=shown,
        weeks=WEEKS,
        notice=NOTICES.get(done, ""),
        error=error,
        shown=visit.shown_token(),
        is_old_link=visit.is_old_link,
    )


@dataclass(frozen=True, slots=True)
class _Choices:
    """The form as it came: its fields are named by publication, like `often-3`."""

    form: FormData
    network: str
    now: datetime

    def save(self, session: Session, reader: LetterReader) -> None:
        """Keep the choice for each publication. Raises Refused."""
        subscriber = session.get(Subscriber, reader.subscriber_id)
        for shown in _shown(session, subscriber, self.now):
            self._save_subscription(session, shown)

    def _save_subscription(self, session: Session, shown: ShownSubscription) -> None:
        subscription = shown.subscription
        changed = preferences.set_preferences(
            session,
            subscription.key,
            self._preferences(shown.key),
            offered=shown.publication.topics,
            network=self.network,
            now=self.now,
        )
        # An issue that is on its way may be one that this reader has just chosen not to get.
        if changed and not _is_due(subscription, self.now):
            cancel_waiting(session, shown.key, subscription.subscriber_id, self.now)

    def _preferences(self, publication_id: int) -> Preferences:
        topics = [str(topic) for topic in self.form.getlist(f"topic-{publication_id}")]
        weeks = _weeks(self._text(f"snooze-{publication_id}"))
        return Preferences(self._text(f"often-{publication_id}"), topics, weeks)

    def _text(self, name: str) -> str:
        return str(self.form.get(name, ""))


def _is_due(subscription: Subscription, now: datetime) -> bool:
    return subscription.frequency == "every" and not _is_asleep(subscription, now)


def _is_asleep(subscription: Subscription, now: datetime) -> bool:
    return subscription.snoozed_until is not None and subscription.snoozed_until > now


def _shown(
    session: Session, subscriber: Subscriber | None, now: datetime
) -> Sequence[ShownSubscription]:
    if subscriber is None:
        return []
    return [
        _as_shown(session, subscriber, subscription, now)
        for subscription in preferences.subscriptions_of(session, subscriber.key)
        if subscription.status == "active"
    ]


def _as_shown(
    session: Session,
    subscriber: Subscriber,
    subscription: Subscription,
    now: datetime,
) -> ShownSubscription:
    publication = read_publication(session, subscription.publication_id)
    zone = ZoneInfo(subscriber.time_zone) if subscriber.time_zone else publication.zone
    return ShownSubscription(publication, subscription, _snooze_end(subscription, zone, now))


def _snooze_end(subscription: Subscription, zone: ZoneInfo, now: datetime) -> str:
    """The day in `zone` until which no letter comes; "" if letters come."""
    if subscription.snoozed_until is None or not _is_asleep(subscription, now):
        return ""
    return f"{subscription.snoozed_until.astimezone(zone):%-d %B %Y}"


def _weeks(text: str) -> int | None:
    if text == "keep":
        return None
    # Three digits: int() raises ValueError on thousands of them.
    if text and not (is_number(text) and len(text) <= 3):
        raise BadPreferences
    return int(text or 0)


def _readers(visit: LetterVisit) -> Sequence[LetterReader]:
    """The same person as a reader of each publication.

    That of the letter is first: its age tells a scanner, and one who is doubted leaves nothing.
    """
    reader = visit.reader
    subscriptions = preferences.subscriptions_of(visit.session, reader.subscriber_id)
    readers = [_as_reader(reader, each) for each in subscriptions]
    return sorted(readers, key=lambda each: each.publication_id != reader.publication_id)


def _as_reader(reader: LetterReader, subscription: Subscription) -> LetterReader:
    """The same person as a reader of another publication; the issue belongs to their own only."""
    is_same = subscription.publication_id == reader.publication_id
    return LetterReader(
        subscription.publication_id,
        subscription.subscriber_id,
        subscription.key,
        reader.address,
        subscription.status,
        reader.issue_id if is_same else None,
    )
