"""The best of the month: proposed in a month's first days, for publications that want one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from newsletter.cadence.dates import month_due
from newsletter.issues.best_of import propose_monthly, sent_in
from newsletter.issues.models import Issue
from newsletter.publications.dates import cadence_of
from newsletter.publications.models import Publication
from newsletter.tracking.figures import read_figures
from newsletter.tracking.interest import cap_clicks
from newsletter.urls import Urls


def propose_best_of(
    session: Session,
    publication: Publication,
    urls: Urls,
    now: datetime,
) -> Issue | None:
    """Propose the best of the month before, once; None if it is not wanted, done or too late."""
    if not publication.monthly:
        return None
    month, due_at = month_due(cadence_of(publication), now)
    if now > due_at + timedelta(hours=publication.late_hours):
        return None
    clicks = _clicks(session, sent_in(session, publication, month))
    return propose_monthly(
        session,
        publication,
        month,
        due_at=due_at,
        clicks=clicks,
        urls=urls,
        now=now,
    )


def _clicks(session: Session, sent: Sequence[Issue]) -> Mapping[str, int]:
    """Count how often people followed each address, as it was sent, of these issues' letters."""
    clicks: Counter[str] = Counter()
    for issue in sent:
        figures = read_figures(session, issue.key)
        links = figures.links if figures else ()
        counts = cap_clicks([link.clicks.people for link in links])
        for link, count in zip(links, counts, strict=True):
            clicks[link.sent_url or link.url] += count
    return clicks
