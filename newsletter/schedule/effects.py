"""Pure. What a change of preferences does to the next issues, in sentences for who makes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.cadence.dates import Cadence, next_due, span_of
from newsletter.publications.dates import cadence_in
from newsletter.publications.fields.table import PREFERENCES

MOST_DATES = 60  # that are looked at for one without an issue
RULES = {"send": "sent", "hold": "held", "skip": "skipped"}
Values = Mapping[str, object]  # of a publication, by column


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """An issue that is there: it keeps its deadline whatever the cadence becomes."""

    number: int
    status: str
    due_at: datetime
    deadline_at: datetime | None  # that it stands for

    @property
    def is_open(self) -> bool:
        """True if it may still go out."""
        return self.is_coming or self.status == "held"

    @property
    def is_coming(self) -> bool:
        """True if it goes out at its deadline, or is decided about then."""
        return self.status in ("proposed", "approved")


def effects_of(
    before: Values,
    after: Values,
    issues: Sequence[KnownIssue],
    now: datetime,
) -> list[str]:
    """Say what becomes of the next issues when a publication changes so."""
    changed = {name for name in after if after[name] != before[name]}
    sentences: list[str] = []
    if changed & {"cadence", "propose_hours", "skipped"}:
        sentences += _on_deadline(before, after, issues, now)
    if "rule" in changed:
        sentences += _on_rule(after, issues)
    sentences += _on_approved(changed, issues)
    return sentences or [_as_planned(before, issues, now)]


def _as_planned(before: Values, issues: Sequence[KnownIssue], now: datetime) -> str:
    cadence = cadence_in(before)
    coming = [issue for issue in issues if issue.is_coming and issue.due_at > now]
    if not coming:
        due = _words(_next_free(cadence, issues, now), cadence.zone, False)
        return f"The next issue goes out {due}, as planned."
    issue = min(coming, key=lambda known: known.due_at)
    due = _words(issue.due_at, cadence.zone, False)
    return f"Issue {issue.number} goes out {due}, as planned."


def _on_deadline(
    before: Values,
    after: Values,
    issues: Sequence[KnownIssue],
    now: datetime,
) -> Iterator[str]:
    old = cadence_in(before)
    new = cadence_in(after)
    names_zone = old.zone.key != new.zone.key
    old_due = _next_free(old, issues, now)
    new_due = _next_free(new, issues, now)
    due = _words(new_due, new.zone, names_zone)
    if old_due == new_due:
        yield f"The next issue goes out {due}, as before."
    else:
        yield f"The next issue goes out {due} instead of {_words(old_due, old.zone, names_zone)}."
    proposed_at = new_due - timedelta(hours=_hours(after))
    if proposed_at <= now:
        yield "It is proposed within minutes."
    elif _hours(before) != _hours(after):
        yield f"It is proposed {_words(proposed_at, new.zone, names_zone)}."
    for issue in filter(lambda known: known.is_open, issues):
        kept = _words(issue.due_at, new.zone, names_zone)
        yield f"Issue {issue.number} stays as it is: {issue.status}, for {kept}."


def _on_rule(after: Values, issues: Sequence[KnownIssue]) -> Iterator[str]:
    fate = RULES[str(after["rule"])]
    waiting = [issue for issue in issues if issue.status == "proposed"]
    for issue in waiting:
        zone = cadence_in(after).zone
        due = _words(issue.due_at, zone, False)
        yield f"Issue {issue.number} is {fate} at its deadline, {due}, if nobody approves it."
    if not waiting:
        yield f"The next issue is {fate} at its deadline if nobody approves it."


def _on_approved(changed: set[str], issues: Sequence[KnownIssue]) -> Iterator[str]:
    """An approved issue goes out as it was read, and from whom it was read (promise 3)."""
    kept = [
        PREFERENCES[name].label.lower()
        for name in PREFERENCES
        if name in changed and PREFERENCES[name].holds in ("printed", "approved")
    ]
    for issue in issues:
        if kept and issue.status == "approved":
            yield (
                f"Issue {issue.number} is approved and stays as it was read: "
                f"{', '.join(kept)} as before. Withdraw its approval to change that."
            )
        elif kept and issue.is_open:
            yield f"Issue {issue.number} changes with it: {', '.join(kept)}."


def _next_free(cadence: Cadence, issues: Sequence[KnownIssue], now: datetime) -> datetime:
    """Return the next deadline for which no issue stands yet."""
    due_at = next_due(cadence, now)
    for _ in range(MOST_DATES):
        begin, end = span_of(cadence, due_at)
        if not any(_stands_in(issue, begin, end) for issue in issues):
            break
        due_at = next_due(cadence, due_at)
    return due_at


def _stands_in(
    issue: KnownIssue,
    begin: datetime,
    end: datetime,
) -> bool:
    return issue.deadline_at is not None and begin <= issue.deadline_at < end


def _hours(values: Values) -> int:
    return int(str(values["propose_hours"]))


def _words(at: datetime, zone: ZoneInfo, names_zone: bool) -> str:
    words = f"{at.astimezone(zone):%A %-d %B, %H:%M}"
    return f"{words} ({zone.key})" if names_zone else words
