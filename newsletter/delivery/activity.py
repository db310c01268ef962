"""Which subscribers were active since a time, for audience filters, and what that means here."""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from newsletter.delivery.models import Vote
from newsletter.issues.models import Issue
from newsletter.publications.models import Publication
from subscribers.audiences import saved
from subscribers.audiences.filters import Filter
from subscribers.audiences.matching import filter_condition
from subscribers.models import Subscription

# by the publication's tracking
MEANINGS = {
    "off": (
        "Active is who answered whether an issue was useful. "
        "Opens and clicks of this publication are not counted."
    ),
    "anonymous": (
        "Active is who answered whether an issue was useful. "
        "Opens and clicks are counted here without knowing whose they are."
    ),
    "individual": (
        "Active is who answered whether an issue was useful, followed a link of a letter or "
        "loaded its pictures; robots are left out. An open or click shows after some ten minutes "
        "and is forgotten after {days} days: ask for no more than these."
    ),
}


def activity_in_words(publication: Publication) -> str:
    """Return what a publication knows of its readers' activity, in words for an editor."""
    return MEANINGS[publication.tracking].format(days=publication.tracking_days)


def audience_condition(
    session: Session,
    publication: Publication,
    wanted: Filter,
    now: datetime,
) -> ColumnElement[bool]:
    """Return the condition of a filter on subscribers and subscriptions of a publication."""
    return filter_condition(
        session,
        wanted,
        now,
        partial(_was_active, publication),
    )


def count_audience(
    session: Session,
    publication: Publication,
    wanted: Filter,
    now: datetime,
) -> int:
    """Return how many readers of a publication a filter takes now."""
    condition = audience_condition(session, publication, wanted, now)
    return saved.count_matching(session, publication.key, condition)


def _was_active(publication: Publication, since: datetime) -> ColumnElement[bool]:
    """Return the condition of a subscription that was active since a time.

    It is true or false, never NULL: a filter may ask for its opposite, and NOT NULL is NULL.
    """
    voted = col(Subscription.subscriber_id).in_(_voters(publication, since))
    # Without individual tracking nobody knows whose clicks were whose: only votes count.
    if publication.tracking != "individual":
        return voted
    return or_(_was_seen(since), voted)


def _was_seen(since: datetime) -> ColumnElement[bool]:
    seen_at = col(Subscription.seen_at)
    return and_(seen_at.is_not(None), seen_at >= since)


def _voters(publication: Publication, since: datetime) -> SelectOfScalar[int]:
    of_issue = col(Issue.id) == Vote.issue_id
    return (
        select(Vote.subscriber_id)
        .join(Issue, of_issue)
        .where(
            Issue.publication_id == publication.id,
            Vote.at >= since,
        )
    )
