"""Whether a publication counts opens and clicks, and how long it knows whose they were."""

from sqlmodel import Session

from newsletter.errors import Refused
from newsletter.publications.models import Publication

MODES = ("off", "anonymous", "individual")  # each keeps more than the one before


class NoSuchMode(Refused):
    """Tracking is one of: off, anonymous (counts only), individual (by reader)."""


class NotSoLong(Refused):
    """Who opened and clicked may be kept for 1 to 3650 days."""


def track(session: Session, publication_id: int, mode: str) -> None:
    """Set how opens and clicks are counted; letters of issues sent from now on carry it. Raises NoSuchMode.

    A mode that keeps less holds for letters sent before, too.
    """
    if mode not in MODES:
        raise NoSuchMode
    session.get_one(Publication, publication_id).tracking = mode
    session.flush()


def forget_tracking_after(session: Session, publication_id: int, days: int) -> None:
    """Set after how many days events by reader are forgotten; the counts stay. Raises NotSoLong."""
    if not 1 <= days <= 3650:
        raise NotSoLong
    session.get_one(Publication, publication_id).tracking_days = days
    session.flush()
