"""Subscribers by the API: add, look up, change, let leave."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.intake.asking import ask_to_confirm
from newsletter.web.api.access import ApiReading, ApiWriting, Client, ClientDep
from newsletter.web.requests import network_of
from subscribers import finding
from subscribers.finding import NoSubscriber, PublicationSubscriber
from subscribers.joining import signup
from subscribers.joining.vouching import vouch
from subscribers.leaving import unsubscribing
from subscribers.models import NAME_CHARS, Subscription
from subscribers.preferences import Preferences, set_preferences

pages = APIRouter(prefix="/api/subscribers")
ADDRESS_CHARS = 320
AddressQuery = Annotated[str, Query(max_length=ADDRESS_CHARS)]
WORDS = "Asked for by a program: {name}."


class MayNotVouch(Refused):
    """This token may not add people by a consent given elsewhere. Leave `consent` out: a confirm
    letter asks them."""


class StrictBody(BaseModel):
    """A body of a request: a field that is not known is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")


class Consent(StrictBody):
    """A consent that a person gave elsewhere: the words, and where."""

    words: str = Field(min_length=1, max_length=400)
    source: str = Field(min_length=1, max_length=90)


class NewSubscriber(StrictBody):
    """Somebody to add."""

    address: str = Field(max_length=ADDRESS_CHARS)
    name: str = Field(default="", max_length=NAME_CHARS)
    source: str = Field(default="", max_length=40)
    attributes: dict[str, str | None] = Field(default_factory=dict)
    consent: Consent | None = None


class SubscriberChange(StrictBody):
    """The fields to change; a field that is not given stays."""

    name: str | None = Field(default=None, max_length=NAME_CHARS)
    frequency: Literal["every", "monthly"] | None = None
    topics: list[str] | None = None
    attributes: dict[str, str | None] = Field(default_factory=dict)


@pages.post("")
def add(
    body: NewSubscriber,
    client: ClientDep,
    request: Request,
    session: ApiWriting,
) -> Response:
    """Answer 201 for a new subscriber, 200 for a known one.

    Asking again neither adds nor writes to anybody again.
    """
    joining = _Joining(session, client, body)
    known = joining.known()
    if body.consent:
        joining.vouch(body.consent)
    elif known is None or known.subscription.status == "unsubscribed":
        joining.ask(network_of(request), is_stranger=known is None)
    added = finding.by_address(session, client.key, body.address)
    if known is None and body.attributes:
        finding.set_attributes(session, added, body.attributes, client.now())
    return _answer(session, client, added.id, 200 if known else 201)


@pages.get("")
def look_up(
    client: ClientDep,
    session: ApiReading,
    address: AddressQuery,
) -> Response:
    """Return the subscriber of an address, or 404."""
    return _answer(session, client, finding.by_address(session, client.key, address).id)


@pages.get("/{subscriber_id}")
def show(
    subscriber_id: int,
    client: ClientDep,
    session: ApiReading,
) -> Response:
    return _answer(session, client, finding.by_id(session, client.key, subscriber_id).id)


@pages.patch("/{subscriber_id}")
def change(
    subscriber_id: int,
    body: SubscriberChange,
    client: ClientDep,
    session: ApiWriting,
) -> Response:
    """Change the fields of the body; all others stay as they are."""
    found = finding.by_id(session, client.key, subscriber_id)
    now = client.now()
    if body.name is not None:
        finding.set_name(session, found, body.name, now)
    if body.attributes:
        finding.set_attributes(session, found, body.attributes, now)
    if body.frequency is not None or body.topics is not None:
        _set_preferences(session, client, found.subscription, body)
    return _answer(session, client, subscriber_id)


@pages.post("/{subscriber_id}/leave")
def leave(
    subscriber_id: int,
    client: ClientDep,
    session: ApiWriting,
) -> Response:
    """End the subscription; leaving twice is leaving once."""
    key = finding.by_id(session, client.key, subscriber_id).subscription.key
    unsubscribing.end_subscription(session, key, by="api", now=client.now())
    return _answer(session, client, subscriber_id)


@dataclass(frozen=True, slots=True)
class _Joining:
    """One request to add somebody, by its client, in its transaction."""

    session: Session
    client: Client
    body: NewSubscriber

    def known(self) -> PublicationSubscriber | None:
        """Return the subscriber of the address, if the publication knows one."""
        try:
            return finding.by_address(self.session, self.client.key, self.body.address)
        except NoSubscriber:
            return None

    def vouch(
        self,
        consent: Consent,
    ) -> None:
        """Add them by a consent that they gave elsewhere. Raises MayNotVouch."""
        if not self.client.token.may_vouch:
            raise MayNotVouch
        vouch(
            self.session,
            self.client.key,
            self.body.address,
            name=self.body.name,
            words=consent.words,
            source=consent.source,
            now=self.client.now(),
        )

    def ask(
        self,
        network: str,
        *,
        is_stranger: bool,
    ) -> None:
        """Write a confirm letter. Raises WrittenToEnough, or MustNotBeMailed."""
        ask_to_confirm(
            self.session,
            self.client.publisher,
            self.body.address,
            name=self.body.name,
            evidence=self._evidence(network),
            is_stranger=is_stranger,
            now=self.client.now(),
        )

    def _evidence(
        self,
        network: str,
    ) -> signup.ConsentEvidence:
        words = WORDS.format(name=self.client.token.name)
        return signup.ConsentEvidence(words, signup.source_tag(self.body.source), network)


def _set_preferences(
    session: Session,
    client: Client,
    subscription: Subscription,
    body: SubscriberChange,
) -> None:
    topics = subscription.topics if body.topics is None else body.topics
    wanted = Preferences(body.frequency or subscription.frequency, topics)
    # A topic that the publication offers no more may stay where it was ticked.
    offered = list(dict.fromkeys([*client.publication.topics, *subscription.topics]))
    set_preferences(
        session,
        subscription.key,
        wanted,
        offered=offered,
        now=client.now(),
    )


def _answer(
    session: Session,
    client: Client,
    subscriber_id: int,
    status: int = 200,
) -> Response:
    described = finding.describe_subscriber(session, client.key, subscriber_id)
    return JSONResponse(described, status)
