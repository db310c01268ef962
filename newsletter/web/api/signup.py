"""Sign-ups as JSON: for the script of our form, and for a site's own form (docs/joining.md).

No token is asked for: anybody may sign up. A browser lets scripts of other sites in only if the
publication has their origin on its list (CORS, the Fetch standard).
"""

import secrets
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from newsletter.errors import NewsletterError, Refused
from newsletter.intake.gate import PROOF_FOR, Attempt
from newsletter.intake.proof import MOST_NUMBER, make_challenge
from newsletter.intake.receiving import Mistyped, TypedSignUp
from newsletter.publications.models import Publication
from newsletter.web.api.problems import problem
from newsletter.web.door import is_same_host
from newsletter.web.errors import answer_error
from newsletter.web.public.signup import DONE, WORDS
from newsletter.web.requests import PublicationDep, PublisherDep, RuntimeDep, SignUpsDep, network_of

pages = APIRouter(prefix="/api/signup")
DETAIL = (
    "We send a letter to {address}. Press the button in it, and you are in. "
    "Nothing there after five minutes? Look in spam."
)
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "600",
}
Short = Annotated[str, Field(max_length=2000)]


class OtherSite(Refused):
    """This site may not send sign-ups by a script."""

    hint = "An editor lets it: `newsletter publication set --allowed-origin ORIGIN`."


class JsonSignUp(BaseModel):
    """A sign-up. Other fields of a site's own form are ignored; `altcha` is a proof of work."""

    email: Short = ""
    name: Short = ""
    source: Short = ""
    is_meant: bool = False
    website: Short = ""
    form: Short = ""
    altcha: Short = ""


async def open_to(request: Request, publication: PublicationDep) -> dict[str, str]:
    """Return the headers by which a browser lets the asking site read the answer (CORS).

    A site that is not on the list gets none.
    """
    origin = request.headers.get("origin", "")
    if not origin or not _is_allowed(origin, request, publication):
        return {"Vary": "Origin"}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


OpenTo = Annotated[dict[str, str], Depends(open_to)]


@pages.get("/challenge")
async def ask_challenge(runtime: RuntimeDep, headers: OpenTo) -> Response:
    """Return a new challenge, for ALTCHA's widget too.

    It is kept nowhere: its signature and its expiry make it ours.
    """
    until = runtime.clock.now() + PROOF_FOR
    number = secrets.randbelow(MOST_NUMBER)
    challenge = make_challenge(runtime.signer.secret, secrets.token_hex(12), number, until)
    return JSONResponse(dict(challenge), headers=headers | {"Cache-Control": "no-store"})


@pages.options("")
def preflight(headers: OpenTo) -> Response:
    """Answer the request that a browser makes before a script of another site sends JSON."""
    if "Access-Control-Allow-Origin" not in headers:
        return Response(status_code=403, headers=headers)
    return Response(status_code=204, headers=headers | PREFLIGHT)


@pages.post("")
def add(
    body: JsonSignUp,
    request: Request,
    publisher: PublisherDep,
    sign_ups: SignUpsDep,
    headers: OpenTo,
) -> Response:
    """Answer 202 for every address that can be one, known or not.

    Nobody learns from the answer who reads: the letter tells the owner of the address alone.
    """
    answer: Response
    try:
        typed = _typed(body, request, headers)
        address = sign_ups.receive(publisher, typed, _attempt(body, request))
        answer = JSONResponse({"message": DONE, "detail": DETAIL.format(address=address)}, 202)
    except Mistyped as mistyped:
        answer = problem(422, "Mistyped", str(mistyped), suggestion=mistyped.meant)
    except NewsletterError as error:
        answer = answer_error(request, error)
    answer.headers.update(headers)
    return answer


def _typed(body: JsonSignUp, request: Request, headers: Mapping[str, str]) -> TypedSignUp:
    """Return the sign-up, with the words and place of its consent. Raises OtherSite."""
    origin = request.headers.get("origin", "")
    if origin and "Access-Control-Allow-Origin" not in headers:
        raise OtherSite
    words = f"{WORDS} By the form at {origin}." if origin else WORDS
    return TypedSignUp(
        body.email,
        words,
        name=body.name,
        source=body.source,
        is_meant=body.is_meant,
    )


def _attempt(body: JsonSignUp, request: Request) -> Attempt:
    return Attempt(network_of(request), body.website, body.form, body.altcha)


def _is_allowed(origin: str, request: Request, publication: Publication) -> bool:
    if origin in publication.allowed_origins:
        return True
    return is_same_host(origin, request)
