"""Activity: who of a publication's readers did something since a time, for the filter of an audience; and what that means here."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from newsletter.delivery.models import Vote
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from subscribers.audiences import saved
from subscribers.audiences.filters import Filter
from subscribers.audiences.matching import Activity, filter_condition
from subscribers.models import Subscription

MEANINGS = {
    "off": "Active is who answered whether an issue was useful. Opens and clicks of this publication are not counted.",
    "anonymous": "Active is who answered whether an issue was useful. Opens and clicks are counted here without knowing whose they are.",
    "individual": "Active is who answered whether an issue was useful, followed a link of a letter or loaded its pictures; robots are left "
    "out. An open or click shows after some ten minutes and is forgotten after {days} days: ask for no more than these.",
}


def activity_in_words(publication: Publication) -> str:
    """Return what a publication knows of its readers' activity, in words for an editor."""
    return MEANINGS[publication.tracking].format(days=publication.tracking_days)


def audience_condition(
    session: Session, publication: Publication, one: Filter, now: datetime
) -> ColumnElement[bool]:
    """Return the condition of a filter on subscribers and subscriptions of a publication."""
    return filter_condition(session, one, now, _active(publication))


def count_audience(session: Session, publication: Publication, one: Filter, now: datetime) -> int:
    """Return how many readers of a publication a filter takes now."""
    return saved.count_matching(
        session, publication.key, audience_condition(session, publication, one, now)
    )


def _active(publication: Publication) -> Activity:
    """The condition of who did something since a time. It is true or false, never NULL."""

    def since(at: datetime) -> ColumnElement[bool]:
        of_it = col(Issue.publication_id) == publication.id
        votes = (
            sa_select(col(Vote.subscriber_id))
            .join(Issue, col(Issue.id) == col(Vote.issue_id))
            .where(of_it, col(Vote.at) >= at)
        )
        voted = col(Subscription.subscriber_id).in_(votes)
        if publication.tracking != "individual":
            return voted
        seen_at = col(Subscription.seen_at)
        return or_(and_(seen_at.is_not(None), seen_at >= at), voted)

    return since
