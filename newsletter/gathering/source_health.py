"""Pure. The health of a source, from how its fetches ended and the dates of what it gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from newsletter.gathering.models import Source

FAILURES = 3  # in a row, before it is trouble: a hiccup is nobody's business
LOST_FAILURES = 10
NOTHING_THERE = "HTTP 404"
KNOWN_RHYTHM = 5  # articles, before a source has a rhythm to fall silent from
SHORTEST_SILENCE = timedelta(days=14)
WEEKS = 4  # that items are counted over

Trouble = Literal["", "failing", "silent", "retired"]


@dataclass(frozen=True, slots=True)
class Health:
    """One source's health: a word for a table and a sentence for a person.

    `trouble` is what editors hear of, "" if nothing.
    """

    word: str
    sentence: str
    trouble: Trouble = ""
    items_per_week: float = 0.0


def judge_health(
    source: Source,
    dates: Sequence[datetime],
    items: int,
    now: datetime,
) -> Health:
    """Judge a source at `now`.

    `dates` are those of its latest articles, newest first; `items` counts those of the last four
    weeks.
    """
    weekly = items / WEEKS
    if source.status == "retired":
        return _retired(source, weekly)
    if source.kind == "hand":
        return Health(
            "By hand",
            "By hand.",
            "",
            weekly,
        )
    if source.failures:
        return _failing(source, weekly)
    if source.succeeded_at is None:
        return Health("Not read yet", "Not read yet.")
    silence = now - _last_news(source, dates, now)
    if _is_silent(dates, silence):
        return _silent(dates, silence, weekly)
    return _healthy(source, weekly)


def longest_wait(dates: Sequence[datetime]) -> timedelta:
    """Return how long a source of this rhythm may be silent.

    That is four times its mean wait, or its longest one, and two weeks at least.
    """
    # Holidays and fairs: a source that paused before may pause as long again.
    waits = [later - earlier for later, earlier in pairwise(dates)]
    return max(SHORTEST_SILENCE, 4 * _mean_wait(dates), *waits)


def _mean_wait(dates: Sequence[datetime]) -> timedelta:
    """Return the mean of the waits from one article to the next."""
    return (dates[0] - dates[-1]) / (len(dates) - 1)


def _retired(source: Source, weekly: float) -> Health:
    """Say why a source is read no more."""
    # An editor who retires a source leaves no error. With one, its host said that it is gone.
    if not source.error:
        return Health(
            "Retired",
            "Retired.",
            "",
            weekly,
        )
    return Health(
        "Retired",
        f"Retired: {source.error}.",
        "retired",
        weekly,
    )


def _failing(source: Source, weekly: float) -> Health:
    """Say how long it has failed, and since when."""
    trouble: Trouble = "failing" if source.failures >= FAILURES else ""
    return Health(
        "Failing",
        _failures(source),
        trouble,
        weekly,
    )


def _failures(source: Source) -> str:
    """One sentence about its failures, and a hint if there is one."""
    times = "once" if source.failures == 1 else f"{source.failures} times in a row"
    last = f" It was last read on {source.succeeded_at:%d %B %Y}." if source.succeeded_at else ""
    hint = " Look for its new address, or retire it." if _is_lost(source) else ""
    return f"Failed {times}: {source.error.rstrip('.')}.{last}{hint}"


def _is_lost(source: Source) -> bool:
    """True if nothing has been at its address for long: it will not come back by itself."""
    return source.failures >= LOST_FAILURES and source.error.startswith(NOTHING_THERE)


def _last_news(source: Source, dates: Sequence[datetime], now: datetime) -> datetime:
    """When it last gave something: its newest article may have an old date, and yet be new."""
    return max(filter(None, (*dates[:1], source.new_at)), default=now)


def _is_silent(dates: Sequence[datetime], silence: timedelta) -> bool:
    """True if a silence is longer than the rhythm before it explains."""
    return len(dates) >= KNOWN_RHYTHM and silence > longest_wait(dates)


def _silent(dates: Sequence[datetime], silence: timedelta, weekly: float) -> Health:
    """Say for how long, and how often it gave something before."""
    sentence = f"Nothing new for {silence.days} days, after {_rhythm(dates)}."
    return Health(
        "Silent",
        sentence,
        "silent",
        weekly,
    )


def _rhythm(dates: Sequence[datetime]) -> str:
    """Say how often something came."""
    days = _mean_wait(dates) / timedelta(days=1)
    return f"one item every {days:.0f} days" if days >= 1.5 else "something every day"


def _healthy(source: Source, weekly: float) -> Health:
    """Say how much it gives."""
    return Health(
        "Healthy",
        f"Healthy, {weekly:g} items a week.{_sharing(source)}",
        "",
        weekly,
    )


def _sharing(source: Source) -> str:
    """Say that many items are one page: readers who follow their links see the same."""
    if not source.at_one_address:
        return ""
    return f" {source.at_one_address} of its items share one address, so their links open one page."
