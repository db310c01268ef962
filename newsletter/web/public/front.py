"""The front as the handlers of the public pages get it: whose pages they are, on which runtime."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from newsletter.errors import NotFound
from newsletter.intake.gate import form_token
from newsletter.issues.featuring import day_of
from newsletter.letters.publisher import Publisher
from newsletter.publications.models import Publication
from newsletter.publications.reading import read_publication
from newsletter.runtime import Runtime
from newsletter.tokens import Purpose
from newsletter.urls import Urls
from newsletter.web.public.arriving import read_token
from newsletter.web.rendering import show
from newsletter.web.requests import Elsewhere, PublicationDep, RuntimeDep
from newsletter.web.subscriber_count import readers

NOT_INDEXED = {"X-Robots-Tag": "noindex"}
Page = Annotated[int, Query(ge=1, le=10_000)]  # of a list


@dataclass(frozen=True, slots=True)
class Front:
    """What a handler of the public pages needs beside its session, as `Desk` is for editors.

    The session stays a parameter of its own: Reading or Writing decides the transaction.
    """

    publication: Publication
    runtime: Runtime

    @property
    def key(self) -> int:
        """The publication's id."""
        return self.publication.key

    @property
    def urls(self) -> Urls:
        """The addresses of this site."""
        return self.runtime.urls.of(self.publication)

    @property
    def publisher(self) -> Publisher:
        """From where people are written to."""
        return Publisher(self.publication, self.urls, self.runtime.signer)

    @property
    def today(self) -> date:
        """The day where the publication is."""
        return day_of(self.publication, self.now())

    def now(self) -> datetime:
        """The time of the runtime's clock, in UTC."""
        return self.runtime.clock.now()

    def read_token(self, purpose: Purpose, token: str) -> int:
        """Return the number in the token of a link. Raises BadToken, OldToken."""
        return read_token(self.runtime, purpose, token)

    def require_here(self, session: Session, publication_id: int) -> None:
        """Raise Elsewhere for a link of another publication's letter: its pages name that one."""
        if publication_id != self.key:
            raise Elsewhere(self.urls.of(read_publication(session, publication_id)).home())

    def readers(self) -> str:
        """Return how many read along, in words; "" where there is nothing to boast of."""
        return readers(self.runtime, self.publication)

    def form_token(self) -> str:
        """Return the token of a form that is shown now."""
        return form_token(self.runtime.signer, self.now())

    def show(
        self,
        template: str,
        status: int = 200,
        **values: object,
    ) -> HTMLResponse:
        """Answer with a page, whose frame names the publication."""
        answer = show(template, status, publication=self.publication, **values)
        if self.publication.noindex:
            answer.headers.update(NOT_INDEXED)
        return answer


# Async only to stay on the event loop: it waits for nothing.
async def _front(publication: PublicationDep, runtime: RuntimeDep) -> Front:
    return Front(publication, runtime)


FrontDep = Annotated[Front, Depends(_front)]


class NotListed(NotFound):
    """The issues of this publication are listed nowhere: they come by mail."""


class NotShown(NotFound):
    """The issues of this publication have no pages: they come by mail."""


async def _listing_front(front: FrontDep) -> Front:
    if front.publication.archive != "public":
        raise NotListed
    return front


async def _showing_front(front: FrontDep) -> Front:
    if front.publication.archive == "off":
        raise NotShown
    return front


# For pages that list past issues, and for pages of one.
ListingDep = Annotated[Front, Depends(_listing_front)]
ShowingDep = Annotated[Front, Depends(_showing_front)]
