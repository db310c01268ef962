"""Access: a token says which publication a request is for; sessions are opened after that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from newsletter.desk import tokens
from newsletter.desk.models import ApiToken
from newsletter.desk.tokens import BadApiToken
from newsletter.letters.publisher import Publisher
from newsletter.publications import reading as publications
from newsletter.publications.models import Publication
from newsletter.runtime import Runtime
from newsletter.web.requests import RuntimeDep


@dataclass(frozen=True, slots=True)
class Client:
    """A program that showed a token, the publication that it may work on, and the runtime."""

    token: ApiToken
    publication: Publication
    runtime: Runtime

    @property
    def key(self) -> int:
        """The publication's id."""
        return self.publication.key

    @property
    def publisher(self) -> Publisher:
        """From where people are written to."""
        return Publisher(self.publication, self.runtime.urls, self.runtime.signer)

    def now(self) -> datetime:
        """The time of the runtime's clock, in UTC."""
        return self.runtime.clock.now()


def _client(request: Request, runtime: RuntimeDep) -> Client:
    client = _find_client(runtime, _secret(request))
    now = client.now()
    request.app.state.allowances.take(client.token.id, now)
    if tokens.should_note_use(client.token, now):
        runtime.database.write(tokens.note_use, client.token.key, now)
    return client


def _secret(request: Request) -> str:
    """Return the secret that a request shows (RFC 6750, 2.1). Raises BadApiToken."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise BadApiToken
    return secret.strip()


def _find_client(runtime: Runtime, secret: str) -> Client:
    with runtime.database.reading() as session:
        token = tokens.find_token(session, secret)
        publication = publications.read_publication(session, token.publication_id)
    return Client(token, publication, runtime)


ClientDep = Annotated[Client, Depends(_client)]


def _reading(_: ClientDep, runtime: RuntimeDep) -> Iterator[Session]:
    with runtime.database.reading() as session:
        yield session


def _writing(_: ClientDep, runtime: RuntimeDep) -> Iterator[Session]:
    """Begin after the client is known: the note of its use would wait for this transaction."""
    with runtime.database.writing() as session:
        yield session


ApiReading = Annotated[Session, Depends(_reading)]
# Committed before the answer leaves: an answer must not promise what a full disk takes back.
ApiWriting = Annotated[Session, Depends(_writing, scope="function")]
