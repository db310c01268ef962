"""Was this issue useful? A link of the letter opens a page; only its button votes."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from newsletter.delivery import voting
from newsletter.delivery.voting import Voter
from newsletter.editions.content import POLL
from newsletter.publications.models import Publication
from newsletter.web.rendering import show
from newsletter.web.requests import PublicationDep, Reading, RuntimeDep, Writing
from subscribers.addresses import mask

pages = APIRouter(prefix="/vote/{token}")


@pages.get("/{answer}")
def ask(
    token: str,
    answer: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Reading,
) -> Response:
    """A page with buttons: scanners open links, and a GET votes for nobody."""
    voting.require_answer(answer)
    voter = voting.read_voter(session, runtime.signer.read("letter", token, runtime.clock.now()))
    return _page(publication, token, voter, answer, done=False)


@pages.post("")
def vote(
    token: str,
    publication: PublicationDep,
    runtime: RuntimeDep,
    session: Writing,
    answer: Annotated[str, Form()] = "",
) -> Response:
    now = runtime.clock.now()
    voter = voting.vote(session, runtime.signer.read("letter", token, now), answer, now)
    return _page(publication, token, voter, answer, done=True)


def _page(
    publication: Publication,
    token: str,
    voter: Voter,
    answer: str,
    *,
    done: bool,
) -> Response:
    return show(
        "public/vote.html",
        publication=publication,
        token=token,
        voter=voter,
        poll=POLL,
        answer=answer,
        done=done,
        address=mask(voter.address),
    )
