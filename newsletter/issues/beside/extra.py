"""An extra issue: made by an editor beside the cadence, from the candidates or empty.

It stands for no deadline, so the cadence's own issue comes as ever. It goes out at the time that
its editor chose, and never without a person's approval. What it links counts as used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from newsletter.issues.beside.timing import check_time
from newsletter.issues.composing import SUBJECT_CHARS, describe_audience
from newsletter.issues.models import EXTRA, Issue
from newsletter.issues.proposing import window_start
from newsletter.issues.reading import next_number
from newsletter.issues.refreshing import refill
from newsletter.publications.reading import read_publication_to_change
from newsletter.statements import add_and_flush
from newsletter.text import one_line
from subscribers.kept.counting import count_active
from subscribers.models import Audience

UNTITLED = "Extra issue"


@dataclass(frozen=True, slots=True)
class ExtraOrder:
    """What an editor wants: when it goes out, with which subject, to whom, and how it begins."""

    due_at: datetime
    by: str
    title: str = ""
    is_empty: bool = False
    audience: Audience | None = None


def make_extra(
    session: Session,
    publication_id: int,
    order: ExtraOrder,
    now: datetime,
    *,
    clicks: Mapping[int, float] | None = None,
) -> Issue:
    """Make an extra issue. Raises PastTime or TooFarAway.

    `clicks` has by source id how often people click its stories; a usual source has 1.
    """
    # Locked: two editors may make one each, and each has a number of its own.
    publication = read_publication_to_change(session, publication_id)
    check_time(order.due_at, now)
    title = one_line(order.title).strip()[:SUBJECT_CHARS]
    number = next_number(session, publication_id)
    issue = Issue(
        publication_id=publication_id,
        number=number,
        period=f"{EXTRA}{number}",
        status="proposed",
        subject=title or UNTITLED,
        worded_by=order.by if title else "",
        window_from=window_start(session, publication_id, now),
        window_to=now,
        due_at=order.due_at,
        proposed_at=now,
        readers=count_active(session, publication_id),
        refills=not order.is_empty,
        audience=describe_audience(order.audience),
    )
    add_and_flush(session, issue)
    # Also of an empty one: its editor takes stories from among the candidates.
    refill(session, publication, issue, now, clicks=clicks)
    return issue
