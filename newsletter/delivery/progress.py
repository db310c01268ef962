"""Progress: where a delivery stands, how fast it goes, how long it will take. Derived from its rows when asked, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func

from newsletter.delivery.ledger import Ledger, NoDelivery, checked_ledger, count_exclusions
from newsletter.delivery.models import Delivery, Message
from newsletter.delivery.status import OPEN, UNDER_WAY

SHORT_S, LONG_S = 10, 60
ENOUGH = 20  # letters that a window must promise before its rate says something
STUCK_S = 300.0  # a letter is answered within seconds; a relay may take minutes, but not five
UNITS = (
    ("second", 1, 60),
    ("minute", 60, 90 * 60),
    ("hour", 3600, 48 * 3600),
    ("day", 86400, float("inf")),
)  # each with its end
WORDS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("accepted",),
    "waiting": ("planned", "claimed"),
    **{
        status: (status,) for status in ("deferred", "refused", "expired", "uncertain", "cancelled")
    },
}


@dataclass(frozen=True, slots=True)
class Window:
    """What was settled in the latest seconds: how many letters, and how long ago the first of them."""

    letters: int
    span_s: float


def rate(short: Window, long: Window) -> float:
    """Letters per second now: by the short window where it can tell, else by the long one.

    It can tell when it holds enough letters, or when by the long one it should: then few are the news that it slows down.
    """
    is_enough = max(short.letters, long.letters * SHORT_S / LONG_S) >= ENOUGH
    window = short if is_enough else long
    return window.letters / max(window.span_s, 1.0) if window.span_s > 0 else 0.0


def remaining(waiting: int, per_second: float) -> float | None:
    """Seconds until `waiting` letters are offered at this rate; None when nothing moves or nothing waits."""
    return waiting / per_second if waiting > 0 and per_second > 0 else None


def duration(seconds: float) -> str:
    """A time span in one unit, as people say it: "40 seconds", "3 minutes", "2 hours"."""
    unit, length_s, _ = next(one for one in UNITS if seconds < one[2])
    count = int(seconds / length_s + 0.5) if length_s > 1 else max(0, int(seconds))
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def about(seconds: float) -> str:
    """An estimate in words that claim no more than is known."""
    return "less than a minute" if seconds < 60 else f"about {duration(seconds)}"


def per_second(letters: float) -> str:
    """A rate with the digits that it is worth: "660", "6.6", "0.2"."""
    return f"{letters:,.0f}" if letters >= 10 or letters == 0 else f"{letters:.1f}"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a delivery stands at one instant."""

    status: str
    trouble: str
    ledger: Ledger
    per_second: float  # 0.0 unless it is sending
    claim_age_s: float | None  # of the oldest letter in the sender's hands
    next_attempt_at: datetime | None  # of the first deferred message
    began_at: datetime
    ended_at: datetime | None  # None until it is finished or stopped
    read_at: datetime

    @property
    def counts(self) -> dict[str, int]:
        """Messages by the plain word for where they stand; all words, in order. They add up to the recipients."""
        return {
            word: sum(self.ledger.messages.get(status, 0) for status in statuses)
            for word, statuses in WORDS.items()
        }

    @property
    def settled(self) -> int:
        """Messages that need nothing more. What a stop cancelled was never offered: it is no progress."""
        done = self.ledger.recipients - sum(self.ledger.messages.get(status, 0) for status in OPEN)
        return done - self.counts["cancelled"] if self.status == "stopped" else done

    @property
    def percent(self) -> int:
        """Settled of all, rounded down: 100 means all. Before its audience is frozen a delivery has settled nothing."""
        if not self.ledger.recipients:
            return 0 if self.status in UNDER_WAY else 100
        return self.settled * 100 // self.ledger.recipients

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the waiting messages are offered; deferred ones have times of their own."""
        return remaining(self.counts["waiting"], self.per_second)

    @property
    def eta(self) -> str:
        """How long it takes, in words: "done in about 3 minutes"; empty when nobody can know. What is deferred waits longer."""
        if self.remaining_s is None:
            return ""
        return (
            f"{'all offered' if self.counts['deferred'] else 'done'} in {about(self.remaining_s)}"
        )

    @property
    def is_moving(self) -> bool:
        """True while the figures may change by themselves: letters in the sender's hands are answered after a pause too."""
        return self.status == "sending" or self.ledger.messages.get("claimed", 0) > 0

    @property
    def is_stuck(self) -> bool:
        """True if a letter has been in the sender's hands for longer than any answer takes."""
        return self.claim_age_s is not None and self.claim_age_s > STUCK_S

    @property
    def account(self) -> str:
        """The account in one line."""
        excluded = sum(self.ledger.excluded.values())
        return f"{self.ledger.considered:,} considered = {excluded:,} excluded + {self.ledger.recipients:,} messages"


def read_progress(session: Session, delivery_id: int, now: datetime) -> Progress:
    """Return where a delivery stands, by one pass over its messages. Raises NoDelivery, LedgerBroken."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NoDelivery
    rows = {
        row.status: row
        for row in (_Row(*one) for one in session.execute(_by_status(delivery_id, now)))
    }
    messages = {status: row.messages for status, row in rows.items()}
    short = _window(((row.short, row.short_from) for row in rows.values()), now)
    long = _window(((row.long, row.long_from) for row in rows.values()), now)
    claimed, deferred = rows.get("claimed"), rows.get("deferred")
    return Progress(
        status=delivery.status,
        trouble=delivery.trouble,
        ledger=checked_ledger(
            delivery_id,
            Ledger(delivery.considered, count_exclusions(session, delivery_id), messages),
        ),
        per_second=rate(short, long) if delivery.status == "sending" else 0.0,
        claim_age_s=max(0.0, (now - claimed.claimed_at).total_seconds())
        if claimed and claimed.claimed_at
        else None,
        next_attempt_at=deferred.due_at if deferred else None,
        began_at=delivery.planned_at,
        ended_at=delivery.finished_at if delivery.status in ("finished", "stopped") else None,
        read_at=now,
    )


class _Row(NamedTuple):
    status: str
    messages: int
    due_at: datetime
    claimed_at: datetime | None
    short: int
    short_from: datetime | None
    long: int
    long_from: datetime | None


def _by_status(delivery_id: int, now: datetime) -> Select[Any]:
    columns = (
        col(Message.status),
        func.count(),
        func.min(col(Message.due_at)),
        func.min(col(Message.claimed_at)),
    )
    windows = (
        *_settled_since(now - timedelta(seconds=SHORT_S)),
        *_settled_since(now - timedelta(seconds=LONG_S)),
    )
    return (
        sa_select(*columns, *windows)
        .where(col(Message.delivery_id) == delivery_id)
        .group_by(col(Message.status))
    )


def _settled_since(since: datetime) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """How many had an answer since then, and when the first one had: who left got no letter, so a cancelled one is no answer."""
    answered = and_(col(Message.settled_at) > since, col(Message.status) != "cancelled")
    return func.count(case((answered, 1))), func.min(case((answered, col(Message.settled_at))))


def _window(settled: Iterable[tuple[int, datetime | None]], now: datetime) -> Window:
    seen = [(letters, first) for letters, first in settled if first]
    if not seen:
        return Window(0, 0.0)
    return Window(
        sum(letters for letters, _ in seen), (now - min(first for _, first in seen)).total_seconds()
    )
