"""The daily routine: once a day for each publication, in the small hours of its own time zone.

Each step is one line of STEPS: `step(round)`, in short transactions, harmless when run twice. It
returns one sentence on its work, or "" for none. A step that fails is logged and tried again the
next day; it does not stop the others.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from newsletter.database import Database
from newsletter.desk import deeds
from newsletter.errors import NewsletterError
from newsletter.intake import counting, quarantine
from newsletter.lists.uploads import lists_of
from newsletter.privacy.forgetting import forget_leavers, forget_traces
from newsletter.privacy.moving import move_silent
from newsletter.publications.models import Publication
from newsletter.schedule.routine import day_of_routine
from newsletter.tokens import Signer
from newsletter.tools import submissions
from newsletter.tracking.forgetting import forget_old_events
from newsletter.urls import Urls
from subscribers.joining.expiring import expire_unconfirmed
from subscribers.joining.reconfirming import let_silent_leave

KEEP_LISTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Round:
    """One publication's routine at one instant, and what its steps work with."""

    database: Database
    publication: Publication
    signer: Signer
    now: datetime
    urls: Urls

    @property
    def key(self) -> int:
        return self.publication.key


Step = Callable[[Round], str]
log = logging.getLogger(__name__)


def carry_out_daily(round_: Round) -> Iterator[str]:
    """Carry out the routine if this publication has not had it today; yields what was done.

    The day is noted at the end: a process that dies on the way leaves it to the next tick.
    """
    day = day_of_routine(round_.publication.zone, round_.now)
    if _has_had(round_.publication, day):
        return
    with round_.database.alone("daily") as held:
        # Another scheduler may have carried it out since the publication was read.
        if held and not round_.database.read(_had_it, round_.key, day):
            yield from carry_out_steps(round_)
            round_.database.write(_note, round_.key, day)


def carry_out_steps(round_: Round) -> Iterator[str]:
    """Carry out each step, even if it was done today; yields what was done and what failed."""
    for name, step in STEPS:
        result = _carry_out(name, step, round_)
        if result:
            yield f"{name}: {result}"


def _carry_out(name: str, step: Step, round_: Round) -> str:
    try:
        return step(round_)
    except NewsletterError as error:
        return f"failed, and is tried again tomorrow: {error}"
    except Exception:
        log.exception("The daily step failed, and is tried again tomorrow: %s", name)
        return "failed, and is tried again tomorrow; the log has the error"


def _forget_unverified(round_: Round) -> str:
    forgotten = round_.database.write(submissions.forget_unverified, round_.now)
    return _counted(forgotten, "forgotten")


def _forget_tracking(round_: Round) -> str:
    forgotten = forget_old_events(round_.database, round_.key, round_.now)
    return _counted(forgotten, "events forgotten")


def _forget_log(round_: Round) -> str:
    days = round_.publication.log_days
    gone = round_.database.write(deeds.forget_old, round_.key, days, round_.now)
    return _counted(gone, f"entries forgotten, older than {days} days")


def _forget_leavers(round_: Round) -> str:
    days = round_.publication.forget_leavers_days
    forgotten = forget_leavers(round_.database, round_.key, days, round_.now)
    return _counted(forgotten, f"forgotten, who left more than {days} days ago")


def _move_silent(round_: Round) -> str:
    moved = round_.database.write(move_silent, round_.urls, round_.signer, round_.now)
    return _counted(moved, "moved: the present mailbox said nothing for two weeks")


def _forget_traces(round_: Round) -> str:
    forgotten = round_.database.write(forget_traces, round_.now)
    return _counted(forgotten, "forgotten")


def _forget_lists(round_: Round) -> str:
    """Forget uploaded lists and rejected rows: they hold people's addresses too."""
    old = lists_of(round_.database).forget_older(round_.now - KEEP_LISTS)
    return _counted(old, "removed")


def _let_silent_leave(round_: Round) -> str:
    left = let_silent_leave(round_.database, round_.key, round_.now)
    return _counted(left, "left")


def _expire_sign_ups(round_: Round) -> str:
    gone = _until_none_left(
        lambda: round_.database.write(expire_unconfirmed, round_.key, round_.now)
    )
    return _counted(gone, "forgotten")


def _forget_counts(round_: Round) -> str:
    gone = _until_none_left(lambda: round_.database.write(counting.forget_past, round_.now))
    return _counted(gone, "forgotten")


def _empty_quarantine(round_: Round) -> str:
    gone = round_.database.write(quarantine.forget_old, round_.key, round_.now)
    return _counted(gone, "forgotten after a month")


def _counted(count: int, done: str) -> str:
    """Return what was done in words, "" for nothing."""
    return f"{count:,} {done}" if count else ""


def _until_none_left(forget_some: Callable[[], int]) -> int:
    """Call `forget_some`, a small transaction each time, until it forgets none; returns the sum."""
    return sum(iter(forget_some, 0))


STEPS: Sequence[tuple[str, Step]] = (
    ("submissions that nobody confirmed", _forget_unverified),
    ("sign-ups that nobody confirmed", _expire_sign_ups),
    ("counts of sign-ups", _forget_counts),
    ("quarantine", _empty_quarantine),
    ("who was asked to stay and did not answer", _let_silent_leave),
    ("lists that were sent in", _forget_lists),
    ("opens and clicks", _forget_tracking),
    ("the log of the desk", _forget_log),
    ("readers who left", _forget_leavers),
    ("changes of address", _move_silent),
    ("old letters, changes of address and networks", _forget_traces),
)


def _had_it(session: Session, publication_id: int, day: date) -> bool:
    return _has_had(session.get_one(Publication, publication_id), day)


def _has_had(publication: Publication, day: date) -> bool:
    return publication.daily_on is not None and publication.daily_on >= day


def _note(session: Session, publication_id: int, day: date) -> None:
    session.get_one(Publication, publication_id).daily_on = day
