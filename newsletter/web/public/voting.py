"""Was this issue useful? A link of the letter opens a page; only its button votes."""

from fastapi import APIRouter, Response

from newsletter.delivery import voting
from newsletter.delivery.voting import Voter
from newsletter.editions.content import POLL
from newsletter.web.public.front import Front, FrontDep
from newsletter.web.requests import FormStr, Reading, Writing
from subscribers.addresses import mask

pages = APIRouter(prefix="/vote/{token}")


@pages.get("/{answer}")
def ask(
    token: str,
    answer: str,
    front: FrontDep,
    session: Reading,
) -> Response:
    """A page with buttons: scanners open links, and a GET votes for nobody."""
    voting.require_answer(answer)
    voter = voting.read_voter(session, front.read_token("letter", token))
    front.require_here(session, voter.publication_id)
    return _page(
        front,
        token,
        voter,
        answer,
        done=False,
    )


@pages.post("")
def vote(
    token: str,
    front: FrontDep,
    session: Writing,
    answer: FormStr = "",
) -> Response:
    number = front.read_token("letter", token)
    front.require_here(session, voting.read_voter(session, number).publication_id)
    voter = voting.vote(session, number, answer, front.now())
    return _page(
        front,
        token,
        voter,
        answer,
        done=True,
    )


def _page(
    front: Front,
    token: str,
    voter: Voter,
    answer: str,
    *,
    done: bool,
) -> Response:
    return front.show(
        "public/vote.html",
        token=token,
        voter=voter,
        poll=POLL,
        answer=answer,
        done=done,
        address=mask(voter.address),
    )
