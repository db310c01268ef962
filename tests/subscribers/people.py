"""People of the tests, and what an audience makes of them."""

from sqlmodel import Session

from newsletter.publications.models import Publication
from subscribers.audiences.evaluating import AudienceRule, considered_query, last_subscriber_id
from subscribers.joining import signup
from subscribers.models import Subscription
from tests.samples.times import NOON

ADA = "ada@readers.example"


def join(
    session: Session, publication: Publication, address: str = ADA, **columns: object
) -> Subscription:
    """Return a confirmed subscription, with these values in its columns."""
    asked = signup.sign_up(session, publication.key, address, now=NOON)
    signup.confirm(session, asked.subscription_id, now=NOON)
    subscription = session.get_one(Subscription, asked.subscription_id)
    for name, value in columns.items():
        setattr(subscription, name, value)
    session.flush()
    return subscription


def exclusions(session: Session, publication: Publication) -> list[str | None]:
    """Return the exclusion of everyone considered; None for who gets the issue."""
    here = (publication.key, 0, last_subscriber_id(session))
    rows = session.execute(considered_query(*here, AudienceRule(NOON)))
    return [row.exclusion for row in rows]
