"""Access: a token says which publication a request is for; sessions are opened after that."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from newsletter.desk import tokens
from newsletter.desk.models import ApiToken
from newsletter.desk.tokens import BadApiToken
from newsletter.publications import reading as publications
from newsletter.publications.models import Publication
from newsletter.web.requests import RuntimeDep


@dataclass(frozen=True, slots=True)
class Client:
    """A program that showed a token, and the publication that it may work on."""

    token: ApiToken
    publication: Publication

    @property
    def key(self) -> int:
        return self.publication.key


def _client(request: Request, runtime: RuntimeDep) -> Client:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise BadApiToken
    now = runtime.clock.now()
    with runtime.database.reading() as session:
        token = tokens.find_token(session, secret.strip())
        publication = publications.read_publication(session, token.publication_id)
    request.app.state.allowances.take(token.id, now)
    if tokens.should_note_use(token, now):
        runtime.database.write(tokens.note_use, token.key, now)
    return Client(token, publication)


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
