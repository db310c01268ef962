"""Adopting: a person says that this database is the one from now on.

The database hears what the host remembers of the letters that left. What could send by itself
waits for a person: deliveries are paused, and issues past their deadline are held.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from newsletter.backups.known_letters import Fates, give_fates, give_up_open, unknown_issues
from newsletter.database import Database
from newsletter.delivery import control
from newsletter.delivery.reading import sending_deliveries
from newsletter.delivery.settling import set_trouble
from newsletter.desk.models import EntryLink
from newsletter.errors import Conflict
from newsletter.host.guard import LOOK_S, PATIENCE_S, HostGuard
from newsletter.host.sent_log import SMALL, IssueFates, read_fates
from newsletter.host.standing import Standing
from newsletter.issues import composing
from newsletter.issues.models import Issue
from newsletter.letters.remembering import give_up_waiting, settle_remembered
from newsletter.publications.models import Publication
from newsletter.statements import new_ids, skip_ids
from newsletter.tools.models import Submission
from subscribers.models import AddressChange, Leave, Subscriber, Subscription

log = logging.getLogger(__name__)
PAUSED = "This database was adopted: look at the account before you resume."
MAYBE_GONE = (
    "This database was adopted without the memory of who sent from it: letters of this delivery "
    "may have gone out that nobody knows of. Look into a mailbox before you resume."
)
UNKNOWN = "{letters:,} letters of this issue left. This database was copied before it had it."
HELD = "This database was adopted after its deadline. Look at what went out before you release it."
# Tables whose ids are in links of small letters; and more ids than a few days give.
LINKED = (Subscriber, Subscription, AddressChange, Leave, Submission, EntryLink)
LOST_IDS = 100_000


class NothingToAdopt(Conflict):
    """This host and its database agree. Nothing was changed."""


class AdoptElsewhere(Conflict):
    """Another host remembers more than this database. Adopt it there: that host knows what left."""

    hint = (
        "If that host is lost for good, `newsletter adopt --yes --without-others` adopts it here."
    )


class AdoptionUnderWay(Conflict):
    """Somebody else adopts this database at this moment."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adoption did. `unknown` are letters by issues that this database does not have."""

    accepted: int  # messages of which the host knows that the relay took them
    uncertain: int  # messages that may have left
    small: int  # small letters that left, or may have, and are not sent again
    unknown: dict[int, int]
    paused: int  # deliveries
    held: Sequence[int]  # numbers of issues

    @property
    def sentences(self) -> Sequence[str]:
        """The account in words, one line for each thing."""
        lines = [
            f"{self.accepted:,} letters were accepted after this database was copied.",
            f"{self.uncertain:,} letters may have left: they are uncertain, and a person decides.",
            f"{self.small:,} small letters left or may have: whoever misses one asks for it again.",
            f"{self.paused:,} deliveries are paused, and {len(self.held):,} issues are held.",
        ]
        for issue, letters in self.unknown.items():
            lines.append(
                f"{letters:,} letters left of an issue that this database does not have ({issue})."
            )
        return lines


def adopt(
    database: Database,
    guard: HostGuard,
    now: datetime,
    *,
    without_others: bool = False,
    patience_s: float = PATIENCE_S,
) -> Adoption:
    """Make this database the one that the host remembers.

    `without_others`: hosts that remember more are lost, and nobody knows what they sent. Raises
    NothingToAdopt, AdoptElsewhere or AdoptionUnderWay.
    """
    with database.alone("adopting") as held:
        if not held:
            raise AdoptionUnderWay
        standing = _look(guard, patience_s)
        if standing.agrees:
            raise NothingToAdopt
        if standing.reason == "elsewhere" and not without_others:
            raise AdoptElsewhere
        if standing.reason == "copied":
            guard.begin_again()
        adoption = database.write(_adopt, guard, standing, now)
    log.warning("The database is adopted: %s", " ".join(adoption.sentences))
    return adoption


def _look(guard: HostGuard, patience_s: float) -> Standing:
    """Return how things are.

    A host that remembers nothing looks for a while whether others count: then it only joins them,
    and what they send is not to be given up.
    """
    end = time.monotonic() + patience_s
    while (standing := guard.look()).reason == "unknown" and time.monotonic() < end:
        time.sleep(LOOK_S)
    return standing


def _adopt(
    session: Session,
    guard: HostGuard,
    standing: Standing,
    now: datetime,
) -> Adoption:
    fates = read_fates(guard.sent.folder)
    small = settle_remembered(session, fates.pop(SMALL, IssueFates()).of_subscribers)
    unknown = unknown_issues(session, fates)
    _stand_in_for(session, unknown, now)
    accepted, uncertain = give_fates(session, fates, now)
    knows_all = standing.reason == "older" and guard.sent.folder.is_dir()
    if not knows_all:
        # The log is another host's, or none: what waits here may have left there.
        uncertain += give_up_open(session)
        small += give_up_waiting(session)
    _skip_known_ids(session, fates)
    adoption = Adoption(
        accepted,
        uncertain,
        small,
        unknown,
        _pause_deliveries(session, PAUSED if knows_all else MAYBE_GONE),
        _hold_issues(session, now),
    )
    guard.adopt(session, now, without_others=standing.reason == "elsewhere")
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
                deadline_at=now,
                proposed_at=now,
            )
        )
        session.flush()


def _next_number(session: Session, publication_id: int) -> int:
    last = select(func.max(Issue.number)).filter_by(publication_id=publication_id)
    return (session.exec(last).one() or 0) + 1


def _skip_known_ids(session: Session, fates: Fates) -> None:
    """Give nothing new an id that may have been given after this database was copied.

    The log knows readers and issues. The links of small letters name other rows, which no log
    knows: their ids go on so far above that a link of the lost days finds nothing, not a stranger.
    """
    last = max((max(found.of_subscribers, default=0) for found in fates.values()), default=0)
    skip_ids(session, Subscriber, last)
    skip_ids(session, Issue, max(fates, default=0))
    for table in LINKED:
        [following] = new_ids(session, table, 1)
        skip_ids(session, table, following + LOST_IDS)


def _pause_deliveries(session: Session, why: str) -> int:
    deliveries = sending_deliveries(session)
    for delivery in deliveries:
        control.pause(session, delivery.key)
        session.flush()
        set_trouble(session, delivery.key, why)
    return len(deliveries)


def _hold_issues(session: Session, now: datetime) -> list[int]:
    """Hold what would go out by itself."""
    open_ = col(Issue.status).in_(("proposed", "approved"))
    due = session.exec(select(Issue).where(open_, col(Issue.due_at) <= now)).all()
    for issue in due:
        composing.hold(session, issue.key, HELD)
    return [issue.number for issue in due]
