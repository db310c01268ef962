"""A reader whom an editor adds, and the confirm letter once more.

Without a consent that was given elsewhere a letter asks the person, as it does at a sign-up.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.errors import Conflict, Refused
from newsletter.intake.asking import ask_to_confirm
from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_CHANGE_READERS, Desk, DeskDep
from newsletter.web.rendering import go_to
from subscribers import finding
from subscribers.finding import NoSubscriber, PublicationSubscriber
from subscribers.joining.signup import ConsentEvidence
from subscribers.joining.vouching import NoConsent, vouch
from subscribers.models import NAME_CHARS
from subscribers.reading import read_person

# Before the pages of one reader (subscribers.py), which would take "new" for their number.
pages = APIRouter(prefix="/desk/readers", dependencies=TO_CHANGE_READERS)
WORDS_CHARS = 400
SOURCE_CHARS = 90
MOST_CHARS = {"name": NAME_CHARS, "words": WORDS_CHARS, "source": SOURCE_CHARS}
ASKED = "Asked for by an editor: {name}."


class NotWaiting(Conflict):
    """This reader waits for no confirmation, so no letter was written."""


class ReaderForm(BaseModel):
    """Somebody to add: they are asked, or agreed elsewhere, to these words, at that place."""

    address: str = ""
    name: str = ""
    consent: str = "ask"
    words: str = ""
    source: str = ""

    def too_long(self) -> Mapping[str, str]:
        """By field what has more characters than are kept: evidence is not cut in silence."""
        return {
            field: f"Up to {most} characters."
            for field, most in MOST_CHARS.items()
            if len(getattr(self, field)) > most
        }


ReaderFormDep = Annotated[ReaderForm, Form()]


@pages.get("/new")
def new_reader_page(desk: DeskDep) -> Response:
    return _page(desk, ReaderForm(), {})


@pages.post("/new")
def add(desk: DeskDep, form: ReaderFormDep) -> Response:
    """Ask the person by a letter, or add them by the consent that they gave elsewhere."""
    wrong = form.too_long()
    if wrong:
        return _page(desk, form, wrong)
    try:
        # A transaction of its own, before the answer: what is refused leaves nothing behind.
        subscription_id, done = desk.runtime.database.write(_add, desk, form)
    except NoConsent as error:
        return _page(desk, form, {"words": explain(error)})
    except (Refused, Conflict) as error:
        return _page(desk, form, {"address": explain(error)})
    return go_to(f"/desk/readers/{subscription_id}?done={done}")


@pages.post("/{subscription_id}/ask")
def ask_again(subscription_id: int, desk: DeskDep) -> Response:
    """Write the confirm letter once more, as often as a mailbox may be written to."""
    desk.runtime.database.write(_ask_again, desk, subscription_id)
    return go_to(f"/desk/readers/{subscription_id}?done=asked")


def _add(session: Session, desk: Desk, form: ReaderForm) -> tuple[int, str]:
    """Return the subscription, and what was done. Raises what keeps them from being added."""
    known = _known(session, desk, form.address)
    if known and known.subscription.status == "active":
        return known.subscription.key, "known"
    if form.consent == "given":
        return _vouch(session, desk, form), "added"
    return _ask(session, desk, form.address, form.name, is_stranger=known is None), "asked"


def _known(session: Session, desk: Desk, address: str) -> PublicationSubscriber | None:
    try:
        return finding.by_address(session, desk.key, address)
    except NoSubscriber:
        return None


def _vouch(session: Session, desk: Desk, form: ReaderForm) -> int:
    vouch(
        session,
        desk.key,
        form.address,
        name=form.name,
        words=form.words,
        source=form.source,
        now=desk.now(),
    )
    return finding.by_address(session, desk.key, form.address).subscription.key


def _ask_again(session: Session, desk: Desk, subscription_id: int) -> None:
    """Raises NotWaiting, WrittenToEnough or MustNotBeMailed."""
    person = read_person(session, subscription_id)
    if person.subscription.status != "unconfirmed":
        raise NotWaiting
    name = person.subscription.name
    _ask(session, desk, person.subscriber.address, name, is_stranger=False)


def _ask(session: Session, desk: Desk, address: str, name: str, *, is_stranger: bool) -> int:
    return ask_to_confirm(
        session,
        desk.publisher,
        address,
        name=name,
        evidence=ConsentEvidence(ASKED.format(name=desk.name)),
        is_stranger=is_stranger,
        now=desk.now(),
    )


def _page(desk: Desk, form: ReaderForm, wrong: Mapping[str, str]) -> Response:
    """Show the form; what was typed stays beside what is wrong with it."""
    return desk.show("desk/new_reader.html", 422 if wrong else 200, typed=form, wrong=wrong)
