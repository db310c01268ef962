"""Subscribers by the API: add, look up, change, let leave."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.intake.gate import may_write
from newsletter.letters.publisher import Publisher
from newsletter.letters.writing import write_confirm
from newsletter.web.api.access import ApiReading, ApiWriting, Client, ClientDep
from newsletter.web.requests import RuntimeDep, network_of
from subscribers import finding
from subscribers.addresses import normalise
from subscribers.finding import NoSubscriber, PublicationSubscriber
from subscribers.joining import signup
from subscribers.joining.vouching import MustNotBeMailed, vouch
from subscribers.leaving import unsubscribing
from subscribers.models import NAME_CHARS
from subscribers.preferences import Preferences, set_preferences

pages = APIRouter(prefix="/api/subscribers")
WORDS = "Asked for by a program: {name}."


class MayNotVouch(Refused):
    """This token may not add people by a consent given elsewhere. Leave `consent` out: a confirm letter asks them."""


class WrittenToEnough(Conflict):
    """This address had as many letters as one may have in an hour or a day. Nothing was changed; ask again tomorrow."""


class Body(BaseModel):
    """A body of a request: a field that is not known is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")


class Consent(Body):
    """What a person agreed to elsewhere."""

    words: str = Field(min_length=1, max_length=400)
    source: str = Field(min_length=1, max_length=90)


class Joining(Body):
    """Somebody to add."""

    address: str = Field(max_length=320)
    name: str = Field(default="", max_length=NAME_CHARS)
    source: str = Field(default="", max_length=40)
    attributes: dict[str, str | None] = Field(default_factory=dict)
    consent: Consent | None = None


class Changing(Body):
    """What to change; what is not given stays."""

    name: str | None = Field(default=None, max_length=NAME_CHARS)
    frequency: Literal["every", "monthly"] | None = None
    topics: list[str] | None = None
    attributes: dict[str, str | None] = Field(default_factory=dict)


@pages.post("")
def add(
    body: Joining, client: ClientDep, request: Request, runtime: RuntimeDep, session: ApiWriting
) -> Response:
    """201 for a new one, 200 for one that was there: asking again neither adds nor writes to anybody again."""
    now = runtime.clock.now()
    known = _known(session, client, body.address)
    if body.consent:
        if not client.token.may_vouch:
            raise MayNotVouch
        vouch(
            session,
            client.key,
            body.address,
            name=body.name,
            words=body.consent.words,
            source=body.consent.source,
            now=now,
        )
    elif known is None or known.subscription.status == "unsubscribed":
        if not may_write(session, runtime.signer, normalise(body.address), now):
            raise WrittenToEnough
        words = WORDS.format(name=client.token.name)
        tag, network = signup.source_tag(body.source), network_of(request)
        asked = signup.sign_up(
            session,
            client.key,
            body.address,
            name=body.name,
            evidence=signup.ConsentEvidence(words, tag, network),
            now=now,
        )
        if not asked.must_confirm:
            raise MustNotBeMailed
        publisher = Publisher(client.publication, runtime.urls, runtime.signer)
        write_confirm(session, publisher, asked.subscription_id, asked.address, now=now)
    added = finding.by_address(session, client.key, body.address)
    if known is None and body.attributes:
        finding.set_attributes(session, added, body.attributes, now)
    return _told(session, client, added.id, 200 if known else 201)


@pages.get("")
def look_up(
    client: ClientDep, session: ApiReading, address: Annotated[str, Query(max_length=320)]
) -> Response:
    """The subscriber of an address, or 404."""
    return _told(session, client, finding.by_address(session, client.key, address).id)


@pages.get("/{subscriber_id}")
def show(subscriber_id: int, client: ClientDep, session: ApiReading) -> Response:
    return _told(session, client, finding.by_id(session, client.key, subscriber_id).id)


@pages.patch("/{subscriber_id}")
def change(
    subscriber_id: int, body: Changing, client: ClientDep, runtime: RuntimeDep, session: ApiWriting
) -> Response:
    """What is not in the body stays as it is."""
    found = finding.by_id(session, client.key, subscriber_id)
    now, standing = runtime.clock.now(), found.subscription
    if body.name is not None:
        finding.set_name(session, found, body.name, now)
    if body.attributes:
        finding.set_attributes(session, found, body.attributes, now)
    if body.frequency is not None or body.topics is not None:
        topics = standing.topics if body.topics is None else body.topics
        choice = Preferences(body.frequency or standing.frequency, topics)
        offered = list(
            dict.fromkeys([*client.publication.topics, *standing.topics])
        )  # one that is offered no more may stay
        set_preferences(session, standing.key, choice, offered=offered, now=now)
    return _told(session, client, finding.by_id(session, client.key, subscriber_id).id)


@pages.post("/{subscriber_id}/leave")
def leave(
    subscriber_id: int, client: ClientDep, runtime: RuntimeDep, session: ApiWriting
) -> Response:
    """End the subscription; who has left already has left."""
    found = finding.by_id(session, client.key, subscriber_id)
    unsubscribing.end_subscription(
        session, found.subscription.key, by="api", issue_id=None, now=runtime.clock.now()
    )
    return _told(session, client, finding.by_id(session, client.key, subscriber_id).id)


def _known(session: Session, client: Client, address: str) -> PublicationSubscriber | None:
    try:
        return finding.by_address(session, client.key, address)
    except NoSubscriber:
        return None


def _told(session: Session, client: Client, subscriber_id: int, status: int = 200) -> Response:
    return JSONResponse(finding.describe_subscriber(session, client.key, subscriber_id), status)
