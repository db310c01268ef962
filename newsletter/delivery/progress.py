"""Progress: where a delivery stands, how fast it goes, how long it will take: by the rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case
from sqlmodel import Session, col, func, select

from newsletter.delivery.ledger import Ledger, checked_ledger, count_exclusions
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.planning import is_planned
from newsletter.delivery.reading import read_delivery
from newsletter.delivery.status import OPEN, UNDER_WAY, WAITING
from newsletter.host.beats import alive_since, last_beat
from newsletter.publications.models import Publication
from newsletter.text import about, duration

# A rate is measured over two windows: the short one sees at once that something changed, the long
# one can tell a rate where letters are few.
SHORT_S = 10
LONG_S = 60
ENOUGH = 20  # letters that a window must promise before its rate says something
STALL_S = 300.0  # a letter is answered within seconds; a relay may take minutes, but not five
UNWRITTEN_S = 20.0  # whoever works on a database writes to it more often (host/beats.py)
PACES = 10  # a slow delivery stands still when it is silent for as long as so many letters take
UNWRITTEN = (
    "Letters are due, and nothing was written for {}: "
    "no sender runs, or the database is locked, or its disk is full."
)
# the plain words for where messages are, in the order of the page, with the statuses of each
WORDS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("accepted",),
    "waiting": ("planned", "claimed"),  # a claim is our own business
    "deferred": ("deferred",),
    "refused": ("refused",),
    "expired": ("expired",),
    "uncertain": ("uncertain",),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True, slots=True)
class Window:
    """How many letters were settled in the latest seconds, and how long ago the first one was."""

    letters: int
    span_s: float

    @property
    def rate(self) -> float:
        """Letters per second, 0.0 where nothing is known."""
        if self.span_s <= 0:
            return 0.0  # a clock that was set back measures nothing
        # outcomes are recorded in groups: the first group alone is no rate of thousands
        return self.letters / max(self.span_s, 1.0)


def rate(short: Window, long: Window) -> float:
    """Return letters per second now: by the short window where it can tell, else by the long one.

    It can tell when it holds enough letters, or when by the long one's rate it should: then few
    letters are the news that it slows down.
    """
    promised = long.letters * SHORT_S / LONG_S
    window = short if max(short.letters, promised) >= ENOUGH else long
    return window.rate


def remaining(waiting: int, per_second: float) -> float | None:
    """Return the seconds until `waiting` letters are offered at this rate.

    None when nothing moves or nothing waits.
    """
    return waiting / per_second if waiting > 0 and per_second > 0 else None


def per_second(letters: float) -> str:
    """Return a rate with the digits that it is worth: "660", "6.6", "0.2"."""
    return f"{letters:,.0f}" if letters >= 10 or letters == 0 else f"{letters:.1f}"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a delivery stands at one instant."""

    status: str
    trouble: str  # why it does not move, "" while it does
    ledger: Ledger
    per_second: float  # 0.0 unless it is sending
    claim_age_s: float | None  # for so long a living sender has had its oldest letter in hand
    next_attempt_at: datetime | None  # of the first deferred message
    began_at: datetime
    ended_at: datetime | None  # None until it is finished or stopped
    read_at: datetime
    # since the last answer, while a letter is due; None: none is. A person's resume, and a start of
    # the service after a stop, begin it again: before them nobody was to answer.
    idle_s: float | None = None
    pace_s: float = 0.0  # so long a letter takes at the slowest of its limits
    unwritten_s: float | None = None  # since any host wrote to the database; None if none ever did

    @property
    def counts(self) -> dict[str, int]:
        """Messages by the plain word for where they are; all words, in order.

        They add up to the recipients.
        """
        return {word: self._messages(statuses) for word, statuses in WORDS.items()}

    @property
    def settled(self) -> int:
        """Messages that need nothing more."""
        done = self.ledger.recipients - self._messages(OPEN)
        # what a stop cancelled was never offered: it is no progress
        return done - self.counts["cancelled"] if self.status == "stopped" else done

    @property
    def percent(self) -> int:
        """Settled of all, rounded down: 100 means all."""
        if not self.ledger.recipients:
            # before its audience is frozen a delivery has no recipients, and has settled nothing
            return 0 if self.status in UNDER_WAY else 100
        return self.settled * 100 // self.ledger.recipients

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the waiting messages are offered; deferred ones have times of their own."""
        return remaining(self.counts["waiting"], self.per_second)

    @property
    def eta(self) -> str:
        """How long it takes, in words: "done in about 3 minutes"; empty when nobody can know."""
        if self.remaining_s is None:
            return ""
        # deferred messages wait longer: then it is not done, but all were offered
        end = "all offered" if self.counts["deferred"] else "done"
        return f"{end} in {about(self.remaining_s)}"

    @property
    def is_moving(self) -> bool:
        """True while the figures may change by themselves.

        Letters in the sender's hands are answered after a pause, too.
        """
        return self.status == "sending" or self._messages(("claimed",)) > 0

    @property
    def stalled_s(self) -> float | None:
        """For how long it stands still, if its own pace does not explain that; else None."""
        return self._unwritten_s or self._silent_s or self._held_s

    @property
    def stall(self) -> str:
        """The same in words for an editor; "" while it moves."""
        if self._unwritten_s:
            return UNWRITTEN.format(duration(self._unwritten_s))
        if self._silent_s:
            return f"Letters are due, and none was answered for {duration(self._silent_s)}."
        if self._held_s:
            return f"A letter has been in the sender's hands for {duration(self._held_s)}."
        return ""

    @property
    def _unwritten_s(self) -> float | None:
        if self.status != "sending" or self.idle_s is None or self.unwritten_s is None:
            return None
        silent_s = min(self.idle_s, self.unwritten_s)
        return _beyond(silent_s, max(UNWRITTEN_S, PACES * self.pace_s))

    @property
    def _silent_s(self) -> float | None:
        idle_s = self.idle_s if self.status == "sending" else None
        return _beyond(idle_s, max(STALL_S, PACES * self.pace_s))

    @property
    def _held_s(self) -> float | None:
        # a rate that was lowered meanwhile: all that were claimed before go at the new one
        letters = self._messages(("claimed",)) + PACES
        return _beyond(self.claim_age_s, max(STALL_S, letters * self.pace_s))

    @property
    def account(self) -> str:
        """The account in one line."""
        ledger = self.ledger
        return (
            f"{ledger.considered:,} considered = "
            f"{ledger.exclusions:,} excluded + {ledger.recipients:,} messages"
        )

    def _messages(self, statuses: Sequence[str]) -> int:
        return sum(self.ledger.messages.get(status, 0) for status in statuses)


def read_progress(session: Session, delivery_id: int, now: datetime) -> Progress:
    """Return where a delivery stands, by one pass over its messages.

    Raises NoDelivery, LedgerBroken.
    """
    delivery = read_delivery(session, delivery_id)
    rows = _read_statuses(session, delivery_id, now)
    deferred = rows.get("deferred")
    publication = session.get_one(Publication, delivery.publication_id)
    alive_at = alive_since(session, now)
    return Progress(
        status=delivery.status,
        trouble=delivery.trouble,
        ledger=_ledger_by(session, delivery, rows),
        per_second=_rate(rows.values(), now) if delivery.status == "sending" else 0.0,
        claim_age_s=silence_s(now, _first_claimed_at(rows), alive_at),
        next_attempt_at=deferred.due_at if deferred else None,
        began_at=delivery.planned_at,
        ended_at=None if delivery.status in UNDER_WAY else delivery.finished_at,
        read_at=now,
        idle_s=silence_s(
            now,
            _first_due_at(delivery, rows, now),
            delivery.planned_at,
            delivery.resumed_at,
            alive_at,
            *_answers(rows),
        ),
        pace_s=pace_of(publication.letters_per_s, *publication.domain_rates.values()),
        unwritten_s=silence_s(now, last_beat(session)),
    )


def _ledger_by(
    session: Session,
    delivery: Delivery,
    rows: Mapping[str, "_StatusRow"],
) -> Ledger:
    """Return the account by what is known of each status. Raises LedgerBroken."""
    excluded = count_exclusions(session, delivery.key)
    messages = {status: row.messages for status, row in rows.items()}
    return checked_ledger(delivery.key, Ledger(delivery.considered, excluded, messages))


class _StatusRow(NamedTuple):
    """The messages of one status. `short` and `long` count those settled in a window."""

    status: str
    messages: int
    due_at: datetime  # of the first one
    claimed_at: datetime | None  # of the first one
    last_claimed_at: datetime | None
    last_settled_at: datetime | None
    short: int
    short_from: datetime | None
    long: int
    long_from: datetime | None


def _read_statuses(
    session: Session,
    delivery_id: int,
    now: datetime,
) -> dict[str, _StatusRow]:
    rows = (_StatusRow(*row) for row in session.execute(_by_status(delivery_id, now)))
    return {row.status: row for row in rows}


def _by_status(delivery_id: int, now: datetime) -> Select[Any]:
    status = col(Message.status)
    of_delivery = select(status).filter_by(delivery_id=delivery_id).group_by(status)
    return of_delivery.add_columns(
        func.count(),
        func.min(col(Message.due_at)),
        func.min(col(Message.claimed_at)),
        func.max(col(Message.claimed_at)),
        func.max(col(Message.settled_at)),
        *_settled_within(SHORT_S, now),
        *_settled_within(LONG_S, now),
    )


def _settled_within(seconds: int, now: datetime) -> list[ColumnElement[Any]]:
    """Return the columns of how many had an answer lately, and when the first one had."""
    answered = _was_answered_since(now - timedelta(seconds=seconds))
    settled_at = case((answered, col(Message.settled_at)))
    return [func.count(case((answered, 1))), func.min(settled_at)]


def _was_answered_since(since: datetime) -> ColumnElement[bool]:
    # somebody who left got no letter, so a cancelled message is no answer
    return and_(col(Message.settled_at) > since, col(Message.status) != "cancelled")


def _rate(rows: Collection[_StatusRow], now: datetime) -> float:
    short = _window([(row.short, row.short_from) for row in rows], now)
    long = _window([(row.long, row.long_from) for row in rows], now)
    return rate(short, long)


def _window(settled: Sequence[tuple[int, datetime | None]], now: datetime) -> Window:
    firsts = [first_at for _, first_at in settled if first_at]
    if not firsts:
        return Window(0, 0.0)
    letters = sum(letters for letters, _ in settled)
    return Window(letters, (now - min(firsts)).total_seconds())


def pace_of(*limits: float) -> float:
    """Return the seconds of a letter at the slowest limit; these are letters per second, or 0."""
    return max((1 / limit for limit in limits if limit), default=0.0)


def _beyond(seconds: float | None, explained_s: float) -> float | None:
    return seconds if seconds is not None and seconds > explained_s else None


def silence_s(now: datetime, due_at: datetime | None, *signs: datetime | None) -> float | None:
    """Return for how long an answer has been waited for; None if none is due.

    Each of the `signs` begins the wait again: an answer, an order to go on, a start.
    """
    if due_at is None:
        return None
    since = max([due_at, *(at for at in signs if at)])
    return max(0.0, (now - since).total_seconds())


def _first_due_at(
    delivery: Delivery,
    rows: Mapping[str, _StatusRow],
    now: datetime,
) -> datetime | None:
    """Return since when something is to be done: planned, offered or answered."""
    first = [rows[status].due_at for status in WAITING if status in rows]
    due = [due_at for due_at in first if due_at <= now]
    if not is_planned(delivery):
        due.append(delivery.planned_at)
    if claimed_at := _first_claimed_at(rows):
        due.append(claimed_at)
    return min(due, default=None)


def _first_claimed_at(rows: Mapping[str, _StatusRow]) -> datetime | None:
    """Return since when the oldest letter in a sender's hands is there."""
    return rows["claimed"].claimed_at if "claimed" in rows else None


def _answers(rows: Mapping[str, _StatusRow]) -> list[datetime]:
    """Return the times of the latest answers, one of each status that has any."""
    answers = [row.last_settled_at for row in rows.values()]
    if "deferred" in rows:
        answers.append(rows["deferred"].last_claimed_at)  # it was answered after that
    return [at for at in answers if at]
