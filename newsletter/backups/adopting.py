"""Adopting: a person says that this database is the one from now on.

The database hears what the host remembers of the letters that left. What could send by itself
waits for a person: deliveries are paused, and issues past their deadline are held.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.backups.known_letters import Fates, give_fates, give_up_open, unknown_issues
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.settling import set_trouble
from newsletter.errors import Conflict
from newsletter.host.guard import HostGuard
from newsletter.host.sent_log import SMALL, read_fates
from newsletter.host.standing import Standing
from newsletter.issues import composing
from newsletter.issues.models import Issue
from newsletter.letters.remembering import settle_remembered
from newsletter.publications.models import Publication
from newsletter.statements import skip_ids
from subscribers.models import Subscriber

log = logging.getLogger(__name__)
PAUSED = "This database was adopted: look at the account before you resume."
UNKNOWN = "{letters:,} letters of this issue left. This database was copied before it had it."
HELD = "This database was adopted after its deadline. Look at what went out before you release it."


class NothingToAdopt(Conflict):
    """This host and its database agree. Nothing was changed."""


class AdoptElsewhere(Conflict):
    """Another host remembers more than this database. Adopt it there: that host knows what left."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption did. `unknown` are letters by issues that this database does not have."""

    accepted: int  # messages of which the host knows that the relay took them
    uncertain: int  # messages that may have left
    unknown: dict[int, int]
    paused: int  # deliveries
    held: Sequence[int]  # numbers of issues

    @property
    def sentences(self) -> Sequence[str]:
        """The account in words, one line for each thing."""
        lines = [
            f"{self.accepted:,} letters were accepted after this database was copied.",
            f"{self.uncertain:,} letters may have left: they are uncertain, and a person decides.",
            f"{self.paused:,} deliveries are paused, and {len(self.held):,} issues are held.",
        ]
        for issue, letters in self.unknown.items():
            lines.append(
                f"{letters:,} letters left of an issue that this database does not have ({issue})."
            )
        return lines


def adopt(database: Database, guard: HostGuard, now: datetime) -> Adoption:
    """Make this database the one that the host remembers.

    Raises NothingToAdopt or AdoptElsewhere.
    """
    standing = guard.look()
    if standing.agrees:
        raise NothingToAdopt
    if standing.reason == "elsewhere":
        raise AdoptElsewhere
    if standing.reason == "copied":
        guard.begin_again()
    adoption = database.write(_adopt, guard, standing, now)
    log.warning("The database is adopted: %s", " ".join(adoption.sentences))
    return adoption


def _adopt(
    session: Session,
    guard: HostGuard,
    standing: Standing,
    now: datetime,
) -> Adoption:
    fates = read_fates(guard.sent.folder)
    small = fates.pop(SMALL, {})
    settle_remembered(session, small)
    unknown = unknown_issues(session, fates)
    _stand_in_for(session, unknown, now)
    accepted, uncertain = give_fates(session, fates, now)
    if standing.reason != "older":
        # The log is another host's, or none: what waits here may have left there.
        uncertain += give_up_open(session)
    _skip_known_ids(session, fates)
    adoption = Adoption(
        accepted,
        uncertain,
        unknown,
        _pause_deliveries(session),
        _hold_issues(session, now),
    )
    guard.adopt(session, now)
    return adoption


def _stand_in_for(
    session: Session,
    unknown: Mapping[int, int],
    now: datetime,
) -> None:
    """Add a skipped issue for each that only the log knows.

    The desk then shows it, and no new issue gets its id: the log would take its readers for served.
    """
    publication = session.exec(select(Publication).order_by(col(Publication.id))).first()
    if publication is None:
        return
    for issue_id, letters in unknown.items():
        session.add(
            Issue(
                id=issue_id,
                publication_id=publication.key,
                number=_next_number(session, publication.key),
                period=f"adopted {issue_id}",
                status="skipped",
                note=UNKNOWN.format(letters=letters),
                window_from=now,
                window_to=now,
                due_at=now,
                proposed_at=now,
            )
        )
        session.flush()


def _next_number(session: Session, publication_id: int) -> int:
    last = select(func.max(Issue.number)).filter_by(publication_id=publication_id)
    return (session.exec(last).one() or 0) + 1


def _skip_known_ids(session: Session, fates: Fates) -> None:
    """Give nothing new the id of a reader, or an issue, that only the log knows."""
    last = max((max(of_issue) for of_issue in fates.values()), default=0)
    skip_ids(session, Subscriber, last)
    skip_ids(session, Issue, max(fates, default=0))


def _pause_deliveries(session: Session) -> int:
    deliveries = sending_deliveries(session)
    for delivery in deliveries:
        control.pause(session, delivery.key)
        session.flush()
        set_trouble(session, delivery.key, PAUSED)
    return len(deliveries)


def _hold_issues(session: Session, now: datetime) -> list[int]:
    """Hold what would go out by itself."""
    open_ = col(Issue.status).in_(("proposed", "approved"))
    due = session.exec(select(Issue).where(open_, col(Issue.due_at) <= now)).all()
    for issue in due:
        composing.hold(session, issue.key, HELD)
    return [issue.number for issue in due]
