"""What an editor changes of a reader: the name, how often, and the attributes."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel
from sqlmodel import Session

from newsletter.web.desk.buttons import explain
from newsletter.web.desk.desk import TO_CHANGE_READERS, Desk, DeskDep
from newsletter.web.rendering import go_to
from newsletter.web.requests import Reading
from subscribers import finding
from subscribers.finding import BadAttributes
from subscribers.models import Subscription
from subscribers.preferences import BadPreferences, Preferences, set_preferences
from subscribers.reading import read_person

pages = APIRouter(
    prefix="/desk/readers/{subscription_id}/edit",
    dependencies=TO_CHANGE_READERS,
)


class ReaderChangeForm(BaseModel):
    """A reader as an editor wants them; attributes are pairs of `attribute` and `value`."""

    name: str = ""
    frequency: str = "every"
    attribute: list[str] = []
    value: list[str] = []

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """The attributes as they were typed, without rows that were left empty."""
        typed = zip(self.attribute, self.value, strict=False)
        return [(name.strip(), value.strip()) for name, value in typed if name.strip() or value]

    def attributes(self) -> Mapping[str, str | None]:
        """The attributes to set; one whose value was emptied is taken away."""
        return {name: value or None for name, value in self.pairs}


ReaderChangeFormDep = Annotated[ReaderChangeForm, Form()]


@pages.get("")
def edit_page(subscription_id: int, desk: DeskDep, session: Reading) -> Response:
    subscription = read_person(session, subscription_id).subscription
    return _page(session, desk, subscription_id, _form_of(subscription))


@pages.post("")
def change(subscription_id: int, desk: DeskDep, form: ReaderChangeFormDep) -> Response:
    """Change all of it or nothing; what was typed stays beside what is wrong with it."""
    database = desk.runtime.database
    try:
        # A transaction of its own: what is refused takes the rest back with it.
        database.write(_change, desk, subscription_id, form)
    except BadAttributes as error:
        wrong = {"attributes": explain(error)}
    except BadPreferences as error:
        wrong = {"frequency": explain(error)}
    else:
        return go_to(f"/desk/readers/{subscription_id}?done=changed")
    with database.reading() as session:
        return _page(session, desk, subscription_id, form, wrong)


def _change(session: Session, desk: Desk, subscription_id: int, form: ReaderChangeForm) -> None:
    subscription = read_person(session, subscription_id).subscription
    found = finding.by_id(session, desk.key, subscription.reader_id)
    now = desk.now()
    finding.set_name(session, found, form.name, now)
    finding.set_attributes(session, found, form.attributes(), now)
    wanted = Preferences(form.frequency, subscription.topics)
    set_preferences(session, subscription.key, wanted, offered=subscription.topics, now=now)


def _form_of(subscription: Subscription) -> ReaderChangeForm:
    return ReaderChangeForm(
        name=subscription.name,
        frequency=subscription.frequency,
        attribute=list(subscription.attributes),
        value=list(subscription.attributes.values()),
    )


def _page(
    session: Session,
    desk: Desk,
    subscription_id: int,
    typed: ReaderChangeForm,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    return desk.show(
        "desk/edit_reader.html",
        422 if wrong else 200,
        person=read_person(session, subscription_id),
        typed=typed,
        wrong=wrong or {},
    )
