"""Lists of readers that are long by their ids, and short by their rows."""

from sqlmodel import Session, func, select

from newsletter.statements import skip_ids
from subscribers.kept import rows
from subscribers.kept.counting import kept_through
from subscribers.kept.models import KeptText
from subscribers.kept.pages import PAGE
from subscribers.models import Subscriber, Subscription
from tests.samples.times import NOON

SENDER = {"sender_address": "a@inference.example", "cadence": "Tuesday 09:00 UTC"}


def fill(session: Session, publication_id: int) -> None:
    """Add so many ids that pages become full, and few rows."""
    last = max(rows.last_id(session), kept_through(session, publication_id)) + PAGE
    people = session.exec(select(func.count()).select_from(Subscriber)).one()
    person = Subscriber(address=f"r1{people}x{last}@readers.example", created_at=NOON)
    session.add(person)
    session.flush()
    session.add(
        Subscription(
            id=last,
            subscriber_id=person.key,
            name="Ada Straße",
            publication_id=publication_id,
            status="active",
            joined_at=NOON,
        )
    )
    session.flush()
    skip_ids(session, Subscription, last)


def kept_texts(session: Session) -> list[str]:
    return [page.text for page in session.exec(select(KeptText))]
