"""Activity: who of a publication's readers did something since a time, as a query for an audience's filter."""

from datetime import datetime

from sqlalchemy import Select
from sqlalchemy import select as sa_select
from sqlmodel import col

from newsletter.delivery.models import Vote
from newsletter.issues.models import Issue
from subscribers.matching import Activity


def active_readers(publication_id: int) -> Activity:
    """Return the query of who answered whether an issue was useful, since a time."""

    def since(at: datetime) -> Select[int]:
        voted = sa_select(col(Vote.subscriber_id)).join(Issue, col(Issue.id) == col(Vote.issue_id))
        return voted.where(col(Issue.publication_id) == publication_id, col(Vote.at) >= at)

    return since
