"""The daily routine: what is carried out once a day for each publication, in the small hours of its own time zone.

Each step is one line of STEPS: `f(round)`, in short transactions, harmless when run twice, and returning one sentence on what it
did, or "" for nothing. A step that fails is said and tried again the next day; it does not stop the others.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.errors import NewsletterError
from newsletter.intake import counting, quarantine
from newsletter.lists.uploads import lists_of
from newsletter.privacy.forgetting import forget_leavers, forget_traces
from newsletter.publications.models import Publication
from newsletter.schedule.cadence import parse
from newsletter.schedule.routine import day_of_routine
from newsletter.tokens import Signer
from newsletter.tools import submissions
from newsletter.tracking.forgetting import forget_old_events
from subscribers.joining.expiring import expire_unconfirmed
from subscribers.joining.reconfirming import let_silent_leave

KEEP_LISTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Round:
    """What a step of the routine needs: whose it is, when, and what it works with."""

    database: Database
    publication: Publication
    signer: Signer
    now: datetime

    @property
    def key(self) -> int:
        return self.publication.key


Step = Callable[[Round], str]


def carry_out_daily(one: Round) -> Iterator[str]:
    """Carry out the routine if this publication has not had it today; yields what was done.

    The day is noted at the end: a process that dies on the way leaves it to the next tick.
    """
    day = day_of_routine(parse(one.publication.cadence).zone, one.now)
    if one.publication.daily_on is not None and one.publication.daily_on >= day:
        return
    with one.database.alone("daily") as held:
        if held and not one.database.read(_had_it, one.key, day):
            yield from carry_out_steps(one)
            one.database.write(_note, one.key, day)


def carry_out_steps(one: Round) -> Iterator[str]:
    """Carry out each step, whether or not it was done today; yields what was done and what failed."""
    for name, step in STEPS:
        try:
            said = step(one)
        except NewsletterError as error:
            said = f"failed, and is tried again tomorrow: {error}"
        if said:
            yield f"{name}: {said}"


def _forget_unverified(one: Round) -> str:
    forgotten = one.database.write(submissions.forget_unverified, one.now)
    return f"{forgotten:,} forgotten" if forgotten else ""


def _forget_tracking(one: Round) -> str:
    forgotten = forget_old_events(one.database, one.key, one.now)
    return f"{forgotten:,} events forgotten" if forgotten else ""


def _forget_leavers(one: Round) -> str:
    days = one.publication.forget_leavers_days
    forgotten = forget_leavers(one.database, one.key, days, one.now)
    return f"{forgotten:,} forgotten, who left more than {days} days ago" if forgotten else ""


def _forget_traces(one: Round) -> str:
    forgotten = one.database.write(forget_traces, one.now)
    return f"{forgotten:,} forgotten" if forgotten else ""


def _forget_lists(one: Round) -> str:
    """Lists that were sent in and not imported, and rows that were rejected, are people's addresses too."""
    old = lists_of(one.database).forget_older(one.now - KEEP_LISTS)
    return f"{old:,} removed" if old else ""


def _let_silent_leave(one: Round) -> str:
    left = let_silent_leave(one.database, one.key, one.now)
    return f"{left:,} left" if left else ""


def _expire_sign_ups(one: Round) -> str:
    gone = _all_of(lambda: one.database.write(expire_unconfirmed, one.key, one.now))
    return f"{gone:,} forgotten" if gone else ""


def _forget_counts(one: Round) -> str:
    gone = _all_of(lambda: one.database.write(counting.forget_past, one.now))
    return f"{gone:,} forgotten" if gone else ""


def _empty_quarantine(one: Round) -> str:
    gone = one.database.write(quarantine.forget_old, one.key, one.now)
    return f"{gone:,} forgotten after a month" if gone else ""


def _all_of(some: Callable[[], int]) -> int:
    """Do a thing in small transactions until nothing is left of it; returns how many it was."""
    return sum(iter(some, 0))


STEPS: Sequence[tuple[str, Step]] = (
    ("submissions that nobody confirmed", _forget_unverified),
    ("sign-ups that nobody confirmed", _expire_sign_ups),
    ("counts of sign-ups", _forget_counts),
    ("quarantine", _empty_quarantine),
    ("who was asked to stay and did not answer", _let_silent_leave),
    ("lists that were sent in", _forget_lists),
    ("opens and clicks", _forget_tracking),
    ("readers who left", _forget_leavers),
    ("old letters, changes of address and networks", _forget_traces),
)


def _had_it(session: Session, publication_id: int, day: date) -> bool:
    on = session.get_one(Publication, publication_id).daily_on
    return on is not None and on >= day


def _note(session: Session, publication_id: int, day: date) -> None:
    session.get_one(Publication, publication_id).daily_on = day
