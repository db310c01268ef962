"""A publication's turn in a tick, within one transaction: for tests of what comes between."""

from datetime import datetime

from sqlmodel import Session

from newsletter.publications.models import Publication
from newsletter.schedule.deadlines import decide, issues_at_deadline, propose_due
from newsletter.urls import Urls


def take_turn(session: Session, publication: Publication, urls: Urls, now: datetime) -> list[str]:
    """Propose what is due, and decide about each issue at its deadline."""
    done = propose_due(session, publication, urls, now)
    for issue_id in issues_at_deadline(session, publication.key, now):
        done += decide(session, publication, issue_id, urls, now)
    return done
