"""Pure. The health of a source, derived from how its fetches ended and from the dates of what it gave, and said in words."""

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
    """One source's health: a word for a table, a sentence for a person, and the trouble that editors are told of, if any."""

    word: str
    sentence: str
    trouble: Trouble = ""
    items_per_week: float = 0.0


def judge_health(source: Source, dates: Sequence[datetime], items: int, now: datetime) -> Health:
    """Judge a source at `now`. `dates` are those of its latest articles, newest first; `items` those of the last four weeks."""
    weekly = items / WEEKS
    if source.status == "retired":
        gone = f"Retired: {source.error}." if source.error else "Retired."
        return Health("Retired", gone, "retired" if source.error else "", weekly)
    if source.kind == "hand":
        return Health("By hand", "By hand.", "", weekly)
    if source.failures:
        return Health(
            "Failing", _failing(source), "failing" if source.failures >= FAILURES else "", weekly
        )
    if source.succeeded_at is None:
        return Health("Not read yet", "Not read yet.")
    last = max(filter(None, (*dates[:1], source.new_at)), default=now)
    if len(dates) >= KNOWN_RHYTHM and now - last > longest_wait(dates):
        return Health(
            "Silent",
            f"Nothing new for {(now - last).days} days, after {_rhythm(dates)}.",
            "silent",
            weekly,
        )
    return Health("Healthy", f"Healthy, {weekly:g} items a week.", "", weekly)


def longest_wait(dates: Sequence[datetime]) -> timedelta:
    """Return how long a source of this rhythm may be silent: four times its mean wait, or its longest one, and two weeks at least."""
    waits = [later - earlier for later, earlier in pairwise(dates)]
    return max(SHORTEST_SILENCE, 4 * sum(waits, timedelta()) / len(waits), *waits)


def _failing(source: Source) -> str:
    times = "once" if source.failures == 1 else f"{source.failures} times in a row"
    hint = (
        " Look for its new address, or retire it."
        if source.failures >= LOST_FAILURES and source.error.startswith(NOTHING_THERE)
        else ""
    )
    last = f" It was last read on {source.succeeded_at:%d %B %Y}." if source.succeeded_at else ""
    return f"Failed {times}: {source.error.rstrip('.')}.{last}{hint}"


def _rhythm(dates: Sequence[datetime]) -> str:
    days = (dates[0] - dates[-1]) / (len(dates) - 1) / timedelta(days=1)
    return f"one item every {days:.0f} days" if days >= 1.5 else "something every day"
